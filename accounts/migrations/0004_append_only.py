"""History and access log refuse UPDATE, DELETE and TRUNCATE, raw SQL included (decision 29).

Only the retention run may delete, under a setting that lives as long as its transaction; nothing may ever update or truncate.
"""

from django.db import migrations

TABLES = ("accounts_auditentry", "accounts_accesslog")
FUNCTION = """
CREATE FUNCTION taskforce_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('taskforce.retention_run', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$
"""
ROWS = "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {} FOR EACH ROW EXECUTE FUNCTION taskforce_append_only()"
WHOLE = "CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON {} FOR EACH STATEMENT EXECUTE FUNCTION taskforce_append_only()"


def forwards() -> list[str]:
    return [FUNCTION, *[sql.format(table) for table in TABLES for sql in (ROWS, WHOLE)]]


def backwards() -> list[str]:
    drops = [f"DROP TRIGGER {name} ON {table}" for table in TABLES for name in ("append_only", "append_only_whole")]
    return [*drops, "DROP FUNCTION taskforce_append_only()"]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_access_mail_invitations_conflicts")]
    operations = [migrations.RunSQL(forwards(), backwards())]
