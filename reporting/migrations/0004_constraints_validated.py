"""What 0003 added without a look at the rows is held for the old ones too."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reporting", "0003_contracts_and_indicators")]

    operations = [
        ValidateConstraint("target", "target_of_one_thing"),
        ValidateConstraint("targetversion", "target_undecided_names_who"),
    ]
