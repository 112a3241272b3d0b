from django.db import migrations

from cases.catalogue import loader


def load(apps, schema_editor):
    loader.load_document_types(apps)


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
