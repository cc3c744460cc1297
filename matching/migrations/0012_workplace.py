"""A match says the place of work by its P-number. The column has a default of the database, and its rule is validated
afterwards, so nobody who writes matches waits."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("matching", "0011_contact_people")]

    operations = [
        migrations.AddField(
            model_name="match",
            name="p_number",
            field=models.CharField(blank=True, db_default="", default="", max_length=10, verbose_name="P-number"),
        ),
        AddConstraintNotValid(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(("p_number", ""), ("p_number__regex", "^[0-9]{10}$"), _connector="OR"),
                name="match_p_number_ten_digits",
                violation_error_message="A P-number has ten digits.",
            ),
        ),
        ValidateConstraint(model_name="match", name="match_p_number_ten_digits"),
    ]
