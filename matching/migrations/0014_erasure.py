"""Companies that are erased or whose use is stopped, and random keys by which the file of erasures names them.

The keys come with the column: a table of a hundred thousand companies is written anew in about a second, during which it
is locked. What has happened with a match may from now on be made to say less, and nothing else.
"""

import django.contrib.postgres.functions
from django.db import migrations, models
from django.db.models import Q

GUARD = """
CREATE FUNCTION matching_only_less() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.day IN (OLD.day, date_trunc('month', OLD.day)::date) AND NEW.reason IN (OLD.reason, '–')
       AND to_jsonb(NEW) - 'day' - 'reason' = to_jsonb(OLD) - 'day' - 'reason' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of % is refused: what has happened with a match is never changed, it may only be made to say less',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER ledger_append_only ON matching_matchtransition;
CREATE TRIGGER matching_only_less BEFORE UPDATE OR DELETE ON matching_matchtransition
    FOR EACH ROW EXECUTE FUNCTION matching_only_less();
ALTER TABLE matching_matchtransition ENABLE ALWAYS TRIGGER matching_only_less;
"""
BACK = """
DROP TRIGGER matching_only_less ON matching_matchtransition;
DROP FUNCTION matching_only_less();
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON matching_matchtransition
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
ALTER TABLE matching_matchtransition ENABLE ALWAYS TRIGGER ledger_append_only;
"""
NAME = "company_cvr_or_municipality"
MESSAGE = "Choose the municipality of a company that has no CVR number."


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0013_event"),
        ("ledger", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            "company",
            "erased_at",
            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="erased"),
        ),
        migrations.AddField(
            "company",
            "restricted_at",
            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="use stopped"),
        ),
        migrations.AddField(
            "company",
            "key",
            models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False),
        ),
        migrations.AddField(
            "contactperson",
            "key",
            models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False),
        ),
        migrations.RemoveConstraint("company", NAME),
        migrations.AddConstraint(
            "company",
            models.CheckConstraint(
                condition=Q(cvr__isnull=False) | Q(municipality__isnull=False) | Q(erased_at__isnull=False),
                name=NAME,
                violation_error_message=MESSAGE,
            ),
        ),
        migrations.RunSQL(GUARD, BACK),
    ]
