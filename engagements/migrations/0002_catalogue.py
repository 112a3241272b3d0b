from django.db import migrations

from engagements.catalogue import loader


def load(apps, schema_editor):
    loader.load(apps)


class Migration(migrations.Migration):
    dependencies = [("engagements", "0001_initial"), ("accounts", "0002_catalogue")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
