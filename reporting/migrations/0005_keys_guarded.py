"""What holds between versions of a key: one decision per proposal, and a split inside a unit makes the unit's number."""

from django.db import migrations, models
from django.db.models import Q

GUARD = """
CREATE FUNCTION reporting_guard_keyversion() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    other record;
BEGIN
    IF NEW.proposal IS NOT NULL THEN
        SELECT * INTO other FROM public.reporting_keyversion v WHERE v.place = NEW.proposal;
        IF other IS NULL OR other.status <> 'proposed' OR other.key_id <> NEW.key_id THEN
            RAISE EXCEPTION 'Version % decides on %, which is no proposal of the key.', NEW.place, NEW.proposal
                USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS (SELECT FROM public.reporting_keyversion v WHERE v.key_id = NEW.key_id AND v.status = 'proposed'
                      AND v.place > NEW.proposal AND v.place < NEW.place) THEN
            RAISE EXCEPTION 'A newer proposal has taken the place of %.', NEW.proposal
                USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.status = 'approved' AND (other.total, other.unit_codes, other.amounts, other.method)
                IS DISTINCT FROM (NEW.total, NEW.unit_codes, NEW.amounts, NEW.method) THEN
            RAISE EXCEPTION 'Version % approves other numbers than were proposed in %.', NEW.place, NEW.proposal
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF NEW.within IS NOT NULL THEN
        SELECT * INTO other FROM public.reporting_keyversion v WHERE v.place = NEW.within;
        IF other IS NULL OR other.status <> 'approved' OR other.within IS NOT NULL OR other.key_id <> NEW.key_id THEN
            RAISE EXCEPTION 'Version % splits a unit of %, which is no approved distribution of the key.',
                NEW.place, NEW.within USING ERRCODE = 'check_violation';
        END IF;
        IF other.amounts[array_position(other.unit_codes, NEW.within_unit)] IS DISTINCT FROM NEW.total THEN
            RAISE EXCEPTION 'The parts of version % do not make the number that the unit % was given.',
                NEW.place, NEW.within_unit USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0007_evidence")]

    operations = [
        migrations.AddConstraint(
            model_name="keyversion",
            constraint=models.UniqueConstraint(
                fields=["proposal"],
                condition=Q(proposal__isnull=False),
                name="key_one_ruling_per_proposal",
                violation_error_message="The proposal has been decided already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="keyversion",
            constraint=models.CheckConstraint(
                condition=Q(within=None, status="proposed", proposal=None)
                | (Q(within=None, proposal__isnull=False) & ~Q(status="proposed"))
                | Q(within__isnull=False, status="approved", proposal=None),
                name="key_ruling_names_its_proposal",
                violation_error_message="A decision names the proposal that it is about.",
            ),
        ),
        migrations.RunSQL(GUARD, "DROP FUNCTION reporting_guard_keyversion()"),
        migrations.RunSQL(
            "CREATE TRIGGER reporting_guard_keyversion AFTER INSERT ON reporting_keyversion"
            " FOR EACH ROW EXECUTE FUNCTION reporting_guard_keyversion()",
            "DROP TRIGGER reporting_guard_keyversion ON reporting_keyversion",
        ),
    ]
