"""API keys get a name, scopes and an end, and say when they were last used.

Those that are there may go on doing everything that the API offers today, for 90 days from now: nothing that uses one
stops at once, and none lasts for ever. The table has a row for each integration, so its locks last no time.
"""

from datetime import timedelta

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

SCOPES = ["read", "records:read", "matches:write", "observations:write"]
CHOICES = [
    ("read", "read figures, programmes, contracts, indicators and series"),
    ("records:read", "read companies, matches and other single registrations"),
    ("matches:write", "register and undo matches"),
    ("observations:write", "register, correct and withdraw observations"),
]
# A key lasts a year from when it was made; of one older than 276 days that moment is moved to where 90 days are left.
NAMED = """
UPDATE identity_apitoken
   SET name = 'Key ' || id, created_at = greatest(created_at, now() - interval '276 days')
"""


def in_90_days():
    return django.utils.timezone.now() + timedelta(days=90)


class Migration(migrations.Migration):
    dependencies = [("identity", "0003_members")]

    operations = [
        migrations.AlterModelOptions("apitoken", {"ordering": ["pk"], "verbose_name": "API key"}),
        migrations.AddField(
            "apitoken",
            "name",
            models.CharField(default="Key", max_length=80, verbose_name="name"),
            preserve_default=False,
        ),
        migrations.AddField(
            "apitoken",
            "scopes",
            django.contrib.postgres.fields.ArrayField(
                models.CharField(choices=CHOICES, max_length=30),
                default=SCOPES.copy,
                size=None,
                verbose_name="may be used to",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "apitoken",
            "expires_at",
            models.DateTimeField(default=in_90_days, verbose_name="expires"),
            preserve_default=False,
        ),
        migrations.AddField("apitoken", "last_used_at", models.DateTimeField(null=True, verbose_name="last used")),
        migrations.AddField(
            "apitoken", "warned_at", models.DateTimeField(null=True, verbose_name="said that it expires")
        ),
        migrations.AddField("apitoken", "revoked_at", models.DateTimeField(null=True, verbose_name="revoked")),
        migrations.AddField(
            "apitoken",
            "created_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="made by",
            ),
        ),
        migrations.AddField(
            "apitoken",
            "revoked_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="revoked by",
            ),
        ),
        migrations.AlterField(
            "apitoken", "created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="made")
        ),
        migrations.RunSQL(NAMED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "apitoken",
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")) & Q(expires_at__lte=F("created_at") + timedelta(days=366)),
                name="api_token_expires_within_a_year",
                violation_error_message="An API key lasts a year at most.",
            ),
        ),
        migrations.AddConstraint(
            "apitoken",
            models.CheckConstraint(
                condition=Q(scopes__contained_by=SCOPES) & ~Q(scopes=[]),
                name="api_token_scopes_known",
                violation_error_message="Choose at least one thing that the key may be used to.",
            ),
        ),
        migrations.AddConstraint(
            "apitoken",
            models.CheckConstraint(
                condition=Q(name__regex=r"\S"),
                name="api_token_has_a_name",
                violation_error_message="Give the key a name that says what it is for.",
            ),
        ),
        migrations.AddConstraint(
            "apitoken",
            models.CheckConstraint(
                condition=Q(revoked_by=None) | Q(revoked_at__isnull=False),
                name="api_token_revoked_when",
                violation_error_message="A revoked key says when.",
            ),
        ),
        migrations.AddConstraint(
            "apitoken",
            models.UniqueConstraint(
                fields=["membership", "name"],
                condition=Q(revoked_at=None),
                name="api_token_named_once",
                violation_error_message=(
                    "You have a key with this name already. A key is only shown once: if you have lost it, revoke it "
                    "and make a new one."
                ),
            ),
        ),
    ]
