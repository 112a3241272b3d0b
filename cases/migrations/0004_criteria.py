from django.db import migrations

from cases.catalogue import loader


def load(apps, schema_editor):
    loader.load_criteria(apps)


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_review")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
