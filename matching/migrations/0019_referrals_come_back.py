"""A referral that was passed on may come back, an answer may be taken back, and contacts of services have random keys.

The way back: what was passed on twice forgets whence the withdrawn one came, and what waits again was "sent".
"""

import django.contrib.postgres.functions
import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

BEFORE = ["sent", "taken_on", "handed_over", "answered", "company_answered", "closed", "withdrawn", "passed_on"]
CHOICES = [
    ("sent", "sent"),
    ("taken_on", "taken on"),
    ("handed_over", "handed over to a colleague"),
    ("answered", "answered"),
    ("company_answered", "the company has had its answer"),
    ("closed", "closed"),
    ("withdrawn", "withdrawn"),
    ("passed_on", "passed on"),
    ("returned", "back again: passing it on was withdrawn"),
    ("reopened", "what was noted as answered was taken back"),
]
KNOWN = models.CheckConstraint(
    condition=Q(kind__in=[*BEFORE, "returned", "reopened"]),
    name="referral_step_known",
    violation_error_message="Choose what has happened.",
)

# What was passed on and withdrawn there before this came: nobody owed those companies an answer any more.
RETURNED = """
UPDATE matching_referral r SET status = CASE WHEN r.taken_on_by_id IS NULL THEN 'sent' ELSE 'taken_on' END
 WHERE r.status = 'passed_on'
   AND NOT EXISTS (SELECT FROM matching_referral f WHERE f.follows_id = r.id AND f.status <> 'withdrawn')
"""
BACK = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE matching_referral SET follows_id = NULL WHERE status = 'withdrawn' AND follows_id IS NOT NULL;
UPDATE matching_referralstep SET kind = 'sent' WHERE kind IN ('returned', 'reopened');
"""


class Migration(migrations.Migration):
    dependencies = [("matching", "0018_guidance")]

    operations = [
        migrations.AddField(
            "servicecontact",
            "key",
            models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False),
        ),
        migrations.RemoveConstraint("servicecontact", "service_contact_order_once"),
        migrations.AddConstraint(
            "servicecontact",
            models.UniqueConstraint(
                deferrable=models.Deferrable.DEFERRED,
                fields=["service", "order"],
                name="service_contact_order_once",
                violation_error_message="Two contacts have the same place.",
            ),
        ),
        migrations.AlterField(
            "referral",
            "follows",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followed_by",
                to="matching.referral",
                verbose_name="passed on from",
            ),
        ),
        migrations.AddConstraint(
            "referral",
            models.UniqueConstraint(
                condition=~Q(status="withdrawn"),
                fields=["follows"],
                name="referral_passed_on_once",
                violation_error_message="The referral has been passed on.",
            ),
        ),
        migrations.AlterField(
            "referralstep",
            "kind",
            models.CharField(choices=CHOICES, max_length=20, verbose_name="what happened"),
        ),
        migrations.RemoveConstraint("referralstep", "referral_step_known"),
        AddConstraintNotValid("referralstep", KNOWN),
        ValidateConstraint("referralstep", "referral_step_known"),
        migrations.RunSQL(RETURNED, BACK),
    ]
