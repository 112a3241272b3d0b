"""The Log page reads both ledgers newest first, whatever the scope."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_append_only")]
    operations = [
        migrations.AddIndex("accesslog", models.Index(fields=["-at", "-id"], name="accounts_ac_at_72ba14_idx")),
        migrations.AddIndex("auditentry", models.Index(fields=["-at", "-id"], name="accounts_au_at_a78707_idx")),
    ]
