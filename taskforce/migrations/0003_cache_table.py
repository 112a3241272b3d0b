"""The table of the database cache, in which rate limits survive the loss of Redis."""

from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    call_command("createcachetable", verbosity=0, database=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("taskforce", "0002_information_pages")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
