"""One more thing that a token may be used for. Every token that is there stays as it was."""

import django.contrib.postgres.fields
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

SCOPES = [
    ("read", "read figures, programmes, contracts, indicators and series"),
    ("records:read", "read companies, matches and other single registrations"),
    ("matches:write", "register and undo matches"),
    ("observations:write", "register, correct and withdraw observations"),
    ("plans:write", "write plans and initiatives"),
]
KNOWN = models.CheckConstraint(
    condition=Q(scopes__contained_by=[scope for scope, _label in SCOPES]) & ~Q(scopes=[]),
    name="api_token_scopes_known",
    violation_error_message="Choose at least one thing that the key may be used to.",
)


class Migration(migrations.Migration):
    dependencies = [("identity", "0004_tokens")]

    operations = [
        migrations.AlterField(
            model_name="apitoken",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=SCOPES, max_length=30), size=None, verbose_name="may be used to"
            ),
        ),
        migrations.RemoveConstraint(model_name="apitoken", name="api_token_scopes_known"),
        AddConstraintNotValid(model_name="apitoken", constraint=KNOWN),
        ValidateConstraint("apitoken", "api_token_scopes_known"),
    ]
