"""Why something was changed, as a code besides the words.

The tables are append-only, so what was written before keeps "not stated": the new columns have a default in the
database, and the constraints are added NOT VALID and stay so. They hold for every row from now on, and a look at the
old ones could only fail. What a row alone cannot say, that it changes an earlier one, a trigger holds; it too sees new
rows only. A release that does not know the columns can still write what is new, but not a change.
"""

from typing import Any

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

CODES = [
    ("error", "an error is corrected"),
    ("decision", "decided by KKR, a board or a council"),
    ("agreement", "the parties have agreed to it"),
    ("source", "the source has been revised"),
    ("programme", "the programme has been changed"),
    ("measuring", "it is measured in another way"),
    ("known", "it is known now"),
    ("replaced", "something else has taken its place"),
    ("other", "another reason"),
]
TOLD = "Choose what kind of reason it is, and say why in words."
STATED = ~Q(reason_code="")

GUARD = """
CREATE FUNCTION reporting_change_states_reason() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    changes boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I v WHERE v.%I = ($1).%I AND v.place < ($1).place)',
                   TG_TABLE_NAME, TG_ARGV[0], TG_ARGV[0]) INTO changes USING NEW;
    IF changes THEN
        RAISE EXCEPTION 'Version % changes an earlier one without the kind of reason.', NEW.place
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER reporting_change_states_reason AFTER INSERT ON reporting_targetversion
    FOR EACH ROW WHEN (NEW.reason_code = '') EXECUTE FUNCTION reporting_change_states_reason('target_id');
CREATE TRIGGER reporting_change_states_reason AFTER INSERT ON reporting_indicatorversion
    FOR EACH ROW WHEN (NEW.reason_code = '') EXECUTE FUNCTION reporting_change_states_reason('indicator_id');

CREATE FUNCTION reporting_decision_states_reason() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM public.reporting_statement s
                WHERE s.contract_id = NEW.contract_id AND s.kind = NEW.kind AND s.place < NEW.place
                  AND s.goal_id IS NOT DISTINCT FROM NEW.goal_id) THEN
        RAISE EXCEPTION 'Statement % takes the place of an earlier one without the kind of reason.', NEW.place
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER reporting_decision_states_reason AFTER INSERT ON reporting_statement
    FOR EACH ROW WHEN (NEW.reason_code = '' AND NEW.kind <> 'evidence')
    EXECUTE FUNCTION reporting_decision_states_reason();
"""
NO_GUARD = """
DROP TRIGGER reporting_decision_states_reason ON reporting_statement;
DROP FUNCTION reporting_decision_states_reason();
DROP TRIGGER reporting_change_states_reason ON reporting_indicatorversion;
DROP TRIGGER reporting_change_states_reason ON reporting_targetversion;
DROP FUNCTION reporting_change_states_reason();
"""


def code(model: str) -> migrations.AddField:
    column: Any = models.CharField(
        blank=True, choices=CODES, db_default="", default="", max_length=12, verbose_name="kind of reason"
    )
    return migrations.AddField(model_name=model, name="reason_code", field=column)


def holds(model: str, name: str, condition: Q) -> AddConstraintNotValid:
    constraint = models.CheckConstraint(condition=condition, name=name, violation_error_message=TOLD)
    return AddConstraintNotValid(model_name=model, constraint=constraint)


def worded(text: str) -> Q:
    """Words come with a code, and "another reason" with words."""
    return (Q(**{text: ""}) | ~Q(reason_code="")) & (~Q(reason_code="other") | ~Q(**{text: ""}))


class Migration(migrations.Migration):
    dependencies = [("reporting", "0014_changed_indexes")]

    operations = [
        code("absence"),
        code("goalversion"),
        code("indicatorversion"),
        code("keyversion"),
        code("librarygoal"),
        migrations.AddField(
            model_name="librarygoal",
            name="withdrawn_reason",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=300, verbose_name="why it is taken out"
            ),
        ),
        code("observationchange"),
        code("statement"),
        code("targetversion"),
        holds("absence", "absence_taken_back_with_reason", Q(withdrawn=False) | STATED),
        holds("goalversion", "goal_amended_with_reason", Q(amendment="") | STATED),
        holds("indicatorversion", "indicator_change_with_reason", worded("reason")),
        holds("keyversion", "key_decided_with_reason", Q(status="proposed") | Q(within__isnull=False) | STATED),
        holds("librarygoal", "library_taken_out_with_reason", Q(withdrawn=False) | (~Q(withdrawn_reason="") & STATED)),
        holds("observationchange", "observation_changed_with_reason", Q(what="confirmed") | STATED),
        holds(
            "statement",
            "statement_with_reason",
            (~Q(kind="evidence") | STATED) & (~Q(reason_code="other") | ~Q(text="")),
        ),
        holds("targetversion", "target_change_with_reason", worded("reason")),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
