from django.db import migrations

from engagements.catalogue import loader


def load(apps, schema_editor):
    """Service areas of vulnerable children by the law before 2024; the loader adds what is missing and overwrites nothing."""
    loader.load_service_areas(apps)


class Migration(migrations.Migration):
    dependencies = [("engagements", "0004_documents")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
