"""What an API key may be used to with highly educated people. The wider rule holds for every key there is."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

CHOICES = [
    ("read", "read figures, programmes, money, contracts, indicators and series"),
    ("records:read", "read companies, matches and other single registrations"),
    ("matches:write", "register and undo matches"),
    ("people:read", "read highly educated people"),
    ("people:write", "register and change highly educated people"),
    ("observations:write", "register, correct and withdraw observations"),
    ("plans:write", "write plans and initiatives"),
    ("money:write", "register amounts, decisions, budget changes, commitments and spending"),
    ("calendar:read", "show the calendar in a calendar program"),
]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("identity", "0007_user_key")]

    operations = [
        migrations.AlterField(
            model_name="apitoken",
            name="scopes",
            field=ArrayField(
                base_field=models.CharField(choices=CHOICES, max_length=30), size=None, verbose_name="may be used to"
            ),
        ),
        migrations.RemoveConstraint("apitoken", "api_token_scopes_known"),
        AddConstraintNotValid(
            "apitoken",
            models.CheckConstraint(
                condition=Q(scopes__contained_by=[value for value, _label in CHOICES]) & ~Q(scopes=[]),
                name="api_token_scopes_known",
                violation_error_message="Choose at least one thing that the key may be used to.",
            ),
        ),
        ValidateConstraint("apitoken", "api_token_scopes_known"),
    ]
