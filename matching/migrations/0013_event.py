"""The event where a match came about. The column has a constant default, so no row is written anew; the indexes are
built beside a table that people go on writing to."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("matching", "0012_workplace")]

    operations = [
        migrations.AddField(
            model_name="match",
            name="event",
            field=models.CharField(blank=True, db_default="", default="", max_length=160, verbose_name="event"),
        ),
        AddIndexConcurrently(
            model_name="match",
            index=models.Index(condition=Q(("event", ""), _negated=True), fields=["event"], name="match_event"),
        ),
        AddIndexConcurrently(
            model_name="match",
            index=models.Index(
                condition=Q(("stage", "agreed"), ("starts_on__isnull", False), ("withdrawn_at", None)),
                fields=["starts_on"],
                name="match_to_start",
            ),
        ),
    ]
