"""Invitations, deputies and support views; an auditor's membership gets an end."""

import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models

# Nobody knows until when an auditor who was let in without an end was meant to look, so access ends a year after it
# began; who still audits gets a new membership.
AUDITORS_END = """
UPDATE identity_membership SET valid_to = valid_from + 365
WHERE role = 'auditor' AND (valid_to IS NULL OR valid_to > valid_from + 365)
"""
DEPUTIES = """
CREATE FUNCTION identity_deputy_is_a_colleague() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.identity_membership p JOIN public.identity_membership d
            ON d.organisation_id = p.organisation_id AND d.user_id <> p.user_id
        WHERE p.id = NEW.principal_id AND d.id = NEW.deputy_id
    ) THEN
        RAISE EXCEPTION 'A deputy is a colleague in the same organisation.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER identity_deputy_is_a_colleague BEFORE INSERT OR UPDATE OF principal_id, deputy_id ON identity_deputy
    FOR EACH ROW EXECUTE FUNCTION identity_deputy_is_a_colleague();
"""
NO_DEPUTIES = """
DROP TRIGGER identity_deputy_is_a_colleague ON identity_deputy;
DROP FUNCTION identity_deputy_is_a_colleague();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0002_signing_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="Deputy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(verbose_name="from")),
                ("valid_to", models.DateField(verbose_name="to")),
                ("given_at", models.DateTimeField(auto_now_add=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "deputy",
                "ordering": ["-valid_from", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("kkr_viewer", "KKR member"),
                                ("kkr_secretariat", "KKR secretariat"),
                                ("municipal_officer", "municipal officer"),
                                ("budget_officer", "municipal budget officer"),
                                ("adviser", "adviser"),
                                ("hub_adviser", "adviser at the erhvervshus"),
                                ("hub_controller", "controller at the erhvervshus"),
                                ("education_partner", "education partner"),
                                ("unemployment_fund_partner", "a-kasse partner"),
                                ("programme_lead", "programme lead"),
                                ("data_steward", "data steward"),
                                ("auditor", "auditor"),
                                ("administrator", "administrator"),
                                ("data_protection_officer", "data protection officer"),
                            ],
                            max_length=30,
                        ),
                        size=None,
                        verbose_name="roles",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="to")),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("sendings", models.PositiveSmallIntegerField(default=0)),
                ("expires_at", models.DateTimeField()),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "invitation",
                "ordering": ["-made_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="SupportPage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=300)),
                ("opened_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="SupportView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=300, verbose_name="why")),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "support view",
                "ordering": ["-started_at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="membership",
            name="stopped_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunSQL(AUDITORS_END, migrations.RunSQL.noop),
        AddConstraintNotValid(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role", "auditor"), _negated=True),
                    models.Q(
                        ("valid_to__isnull", False),
                        (
                            "valid_to__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("valid_from"), "+", models.Value(datetime.timedelta(days=365))
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="membership_of_an_auditor_is_short",
                violation_error_message="An auditor has access for a time: set an end, at most a year away.",
            ),
        ),
        AddConstraintNotValid(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("stopped_at", None), ("valid_to__isnull", False), _connector="OR"),
                name="membership_stopped_has_an_end",
                violation_error_message="A membership that was stopped has an end.",
            ),
        ),
        migrations.AddField(
            model_name="deputy",
            name="deputy",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="stands_in",
                to="identity.membership",
                verbose_name="deputy",
            ),
        ),
        migrations.AddField(
            model_name="deputy",
            name="given_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="deputy",
            name="principal",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deputies",
                to="identity.membership",
                verbose_name="stands in for",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="accepted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="invited_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invitations",
                to="identity.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="supportview",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="support_given",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who",
            ),
        ),
        migrations.AddField(
            model_name="supportview",
            name="membership",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.membership"
            ),
        ),
        migrations.AddField(
            model_name="supportview",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="support_views",
                to=settings.AUTH_USER_MODEL,
                verbose_name="as whom",
            ),
        ),
        migrations.AddField(
            model_name="supportpage",
            name="view",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="pages", to="identity.supportview"
            ),
        ),
        migrations.AddConstraint(
            model_name="deputy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__gte", models.F("valid_from")),
                    (
                        "valid_to__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("valid_from"), "+", models.Value(datetime.timedelta(days=183))
                        ),
                    ),
                ),
                name="deputy_for_a_time",
                violation_error_message="A deputy stands in from a day to a day, and for at most half a year.",
            ),
        ),
        migrations.AddConstraint(
            model_name="deputy",
            constraint=models.CheckConstraint(
                condition=models.Q(("principal", models.F("deputy")), _negated=True),
                name="deputy_is_somebody_else",
                violation_error_message="Choose a colleague: nobody stands in for themselves.",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("accepted_at", None), ("withdrawn_at", None), _connector="OR"),
                name="invitation_accepted_or_withdrawn",
                violation_error_message="The invitation has been answered or withdrawn already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"),
                name="invitation_ends_after_it_begins",
                violation_error_message="The end must not be before the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("roles__len__gte", 1)),
                name="invitation_to_a_role",
                violation_error_message="Choose at least one role.",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("accepted_at", None), ("withdrawn_at", None)),
                fields=("organisation", "email"),
                name="invitation_open_once",
                violation_error_message="There is an open invitation to this address already. Send that one again, or withdraw it first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="supportview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__gt", models.F("started_at")),
                    (
                        "until__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("started_at"), "+", models.Value(datetime.timedelta(seconds=1800))
                        ),
                    ),
                ),
                name="support_view_is_short",
                violation_error_message="A support view lasts at most 30 minutes.",
            ),
        ),
        migrations.AddConstraint(
            model_name="supportview",
            constraint=models.CheckConstraint(
                condition=models.Q(("by", models.F("person")), _negated=True),
                name="support_view_of_somebody_else",
                violation_error_message="You see the portal as yourself already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="supportview",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="support_view_has_a_reason",
                violation_error_message="Write why. The person is told.",
            ),
        ),
        migrations.RunSQL(DEPUTIES, NO_DEPUTIES),
        ValidateConstraint("membership", "membership_of_an_auditor_is_short"),
        ValidateConstraint("membership", "membership_stopped_has_an_end"),
    ]
