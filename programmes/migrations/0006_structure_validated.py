"""The constraints of 0005 on tables that had rows: read through without keeping writers out."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("programmes", "0005_structure")]

    operations = [
        ValidateConstraint("programme", "programme_status_known"),
        ValidateConstraint("programme", "programme_version_from_one"),
        ValidateConstraint("programme", "programme_is_not_its_own_parent"),
        ValidateConstraint("initiative", "initiative_is_not_its_own_part"),
        ValidateConstraint("initiative", "initiative_status_known"),
    ]
