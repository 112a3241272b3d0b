from django.db import migrations

from taskforce.information import load


def add_pages(apps, schema_editor):
    load(apps)


class Migration(migrations.Migration):
    dependencies = [("taskforce", "0001_initial")]
    operations = [migrations.RunPython(add_pages, migrations.RunPython.noop)]
