"""Which contact a next step was, so that undoing the contact lets the step wait again; of older ones it is not known.

Needs that stayed met though their match was undone are in progress again. On the way back they stay so.
"""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

DONE = models.CheckConstraint(
    condition=Q(settled_by=None) | Q(next_step_done_on__isnull=False),
    name="company_contact_settled_done",
    violation_error_message="Only a next step that was taken was settled by a contact.",
)

MET_NO_MORE = """
UPDATE matching_need n SET status = 'in_progress', closed_on = NULL
 WHERE n.status = 'met' AND n.number_wanted > (
       SELECT count(*) FROM matching_needmatch l JOIN matching_match m ON m.id = l.match_id
        WHERE l.need_id = n.id AND m.withdrawn_at IS NULL)
"""


class Migration(migrations.Migration):
    dependencies = [("matching", "0020_names_in_words")]

    operations = [
        migrations.AddField(
            "companycontact",
            "settled_by",
            models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="settles",
                to="matching.companycontact",
                verbose_name="contact that was the step",
            ),
        ),
        AddConstraintNotValid("companycontact", DONE),
        ValidateConstraint("companycontact", "company_contact_settled_done"),
        migrations.RunSQL(MET_NO_MORE, migrations.RunSQL.noop),
    ]
