"""PostgreSQL lets entries go that a record of the chain says were destroyed in time, and never one of the last year."""

from django.db import migrations

DESTROYED_IN_TIME = """
    CREATE OR REPLACE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND OLD.at < now() - interval '365 days' AND OLD.number <= (
            SELECT (facts->>'through')::bigint FROM audit_entry
            WHERE verb = 'audit.purged' ORDER BY number DESC LIMIT 1
        ) THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'The audit trail is append-only.';
    END $$
"""
NEVER = """
    CREATE OR REPLACE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'The audit trail is append-only.'; END $$
"""


def replace(function):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(function)

    return run


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]
    operations = [migrations.RunPython(replace(DESTROYED_IN_TIME), replace(NEVER))]
