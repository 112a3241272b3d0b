"""What was frozen when a round was closed refuses every UPDATE of it, raw SQL included: a later measurement is compared with it."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION taskforce_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is frozen: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$
"""
ROWS = """
CREATE TRIGGER frozen BEFORE UPDATE OF content, sha256, round_id, legal_criteria_id, viso_criteria_id ON cases_snapshot
FOR EACH ROW EXECUTE FUNCTION taskforce_frozen()
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_criteria")]
    operations = [
        migrations.RunSQL([FUNCTION, ROWS], ["DROP TRIGGER frozen ON cases_snapshot", "DROP FUNCTION taskforce_frozen()"]),
    ]
