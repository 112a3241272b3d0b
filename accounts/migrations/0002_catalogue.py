from django.db import migrations

from accounts.catalogue import loader


def load(apps, schema_editor):
    loader.load(apps)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
