"""Bodies with their people, mandates, meetings and follow-up.

A deciding body becomes a body: only the words of the code change, its table and column stay. The tables are new and
empty. The columns that are added to it have constant defaults or none, and a decision's meeting is null, so no row is
written anew; the index over it is built in the next migration, beside the writers. The SQL that holds a meeting and its
decisions together is in sql/bodies.sql.
"""

from pathlib import Path

import django.contrib.postgres.constraints
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import portal.geography.danish
import portal.geography.models
from portal.ledger.migrations_support import Touched

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0006_calendar_scope"),
        ("ledger", "0005_touched"),
        ("programmes", "0009_what_was_noted"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel("DecidingBody", "Body"),
                migrations.AlterModelTable("body", "programmes_decidingbody"),
                migrations.RemoveConstraint("body", "council_decides_on_an_agenda"),
                migrations.RenameField("body", "level", "kind"),
                migrations.AlterField(
                    "body",
                    "kind",
                    models.CharField(
                        choices=[
                            ("council", "council"),
                            ("committee", "committee"),
                            ("kkr", "KKR"),
                            ("board", "board"),
                            ("management", "management"),
                            ("political", "political partners"),
                            ("steering", "steering group"),
                            ("coordination", "coordination group"),
                            ("activity", "activity group"),
                            ("growth_team", "growth team"),
                            ("advisory", "advisory council"),
                        ],
                        db_column="level",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                migrations.AddConstraint(
                    "body",
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["council", "committee"]), _negated=True),
                            ("asks_agenda_item", True),
                            _connector="OR",
                        ),
                        name="council_decides_on_an_agenda",
                        violation_error_message="A council and a committee decide on an agenda.",
                    ),
                ),
            ],
        ),
        migrations.AlterModelOptions(
            name="body",
            options={"ordering": ["organisation_id", "kind", "name", "pk"], "verbose_name": "body"},
        ),
        migrations.AddField(
            model_name="body",
            name="covers",
            field=models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="covers"),
        ),
        migrations.AddField(
            model_name="body",
            name="programme",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bodies",
                to="programmes.programme",
                verbose_name="steers the plan",
            ),
        ),
        migrations.AddField(
            model_name="body",
            name="purpose",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="what it is for"),
        ),
        migrations.AddField(
            model_name="body",
            name="source",
            field=models.CharField(blank=True, db_default="", default="", max_length=300, verbose_name="source"),
        ),
        migrations.AlterField(
            model_name="body",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bodies",
                to="identity.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="body",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="programmes.body",
                verbose_name="body",
            ),
        ),
        migrations.AlterField(
            model_name="delegation",
            name="body",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="delegations",
                to="programmes.body",
                verbose_name="body",
            ),
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("purpose", models.TextField(blank=True, default="", verbose_name="purpose")),
                ("answers_to", models.CharField(blank=True, default="", max_length=200, verbose_name="answers to")),
                (
                    "deadline_words",
                    models.CharField(
                        blank=True, default="", max_length=120, verbose_name="deadline, as the source says it"
                    ),
                ),
                (
                    "deadline_precision",
                    models.CharField(
                        choices=[
                            ("day", "day"),
                            ("month", "month"),
                            ("part", "primo, medio or ultimo"),
                            ("year", "year"),
                            ("not_stated", "not stated"),
                        ],
                        default="not_stated",
                        max_length=20,
                        verbose_name="precision",
                    ),
                ),
                ("deadline", models.DateField(blank=True, null=True, verbose_name="sorted as")),
                ("funding_note", models.TextField(blank=True, default="", verbose_name="about the money")),
                ("source", models.CharField(blank=True, default="", max_length=300, verbose_name="source")),
                (
                    "document",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=400,
                        validators=[django.core.validators.URLValidator(schemes=["http", "https"])],
                        verbose_name="link to the document",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mandates",
                        to="programmes.body",
                        verbose_name="body",
                    ),
                ),
                (
                    "funding_source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to="programmes.fundingsource",
                        verbose_name="followed up from",
                    ),
                ),
            ],
            options={
                "verbose_name": "mandate",
                "ordering": ["body_id", models.OrderBy(models.F("deadline"), descending=True, nulls_first=True), "-pk"],
            },
        ),
        migrations.CreateModel(
            name="MandateItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("task", "task"), ("theme", "theme to look at"), ("condition", "condition")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(blank=True, default="", max_length=120, verbose_name="title")),
                ("text", models.TextField(max_length=4000, verbose_name="text")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "mandate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="programmes.mandate",
                        verbose_name="mandate",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a mandate",
                "ordering": ["mandate_id", "kind", "order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(blank=True, default="", max_length=160, verbose_name="title")),
                ("day", models.DateField(verbose_name="day")),
                ("starts_at", models.TimeField(blank=True, null=True, verbose_name="begins at")),
                ("place", models.CharField(blank=True, default="", max_length=160, verbose_name="where")),
                (
                    "status",
                    models.CharField(
                        choices=[("planned", "planned"), ("held", "held"), ("cancelled", "cancelled")],
                        default="planned",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "agenda",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=400,
                        validators=[django.core.validators.URLValidator(schemes=["http", "https"])],
                        verbose_name="link to the agenda",
                    ),
                ),
                (
                    "minutes",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=400,
                        validators=[django.core.validators.URLValidator(schemes=["http", "https"])],
                        verbose_name="link to the minutes",
                    ),
                ),
                ("source", models.CharField(blank=True, default="", max_length=300, verbose_name="source")),
                ("fictional", models.BooleanField(default=False, verbose_name="fictional")),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to="programmes.body",
                        verbose_name="body",
                    ),
                ),
            ],
            options={
                "verbose_name": "meeting",
                "ordering": ["-day", models.OrderBy(models.F("starts_at"), descending=True, nulls_last=True), "-pk"],
            },
        ),
        migrations.CreateModel(
            name="AgendaItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, verbose_name="number")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="programmes.meeting",
                        verbose_name="meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "agenda item",
                "ordering": ["meeting_id", "order", "pk"],
            },
        ),
        migrations.AddField(
            model_name="decision",
            name="meeting",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="programmes.meeting",
                verbose_name="meeting",
            ),
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("background", models.CharField(blank=True, default="", max_length=300, verbose_name="background")),
                ("source", models.CharField(blank=True, default="", max_length=300, verbose_name="source")),
                (
                    "sort_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=portal.geography.danish.SortKey("name"),
                        output_field=models.TextField(db_collation="C"),
                    ),
                ),
                (
                    "folded_name",
                    models.GeneratedField(
                        db_persist=True,
                        expression=portal.geography.danish.Fold("name"),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="persons",
                        to="identity.organisation",
                        verbose_name="registered by",
                    ),
                ),
            ],
            options={
                "verbose_name": "person in a public office",
                "ordering": ["sort_key", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Recommendation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(blank=True, default="", max_length=20, verbose_name="number")),
                ("text", models.TextField(verbose_name="recommendation")),
                ("addressed_to", models.CharField(blank=True, default="", max_length=200, verbose_name="to whom")),
                ("given_on", models.DateField(blank=True, null=True, verbose_name="given")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "waits for an answer"),
                            ("followed", "followed"),
                            ("partly", "partly followed"),
                            ("refused", "not followed"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("outcome", models.TextField(blank=True, default="", verbose_name="what came of it")),
                ("source", models.CharField(blank=True, default="", max_length=300, verbose_name="source")),
                ("fictional", models.BooleanField(default=False, verbose_name="fictional")),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recommendations",
                        to="programmes.body",
                        verbose_name="body",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recommendations",
                        to="programmes.decision",
                        verbose_name="decision",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recommendations",
                        to="programmes.initiative",
                        verbose_name="initiative",
                    ),
                ),
            ],
            options={
                "verbose_name": "recommendation",
                "ordering": ["body_id", "number", "pk"],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=300, verbose_name="what")),
                (
                    "responsible_words",
                    models.CharField(blank=True, default="", max_length=160, verbose_name="responsible, in words"),
                ),
                ("due", models.DateField(blank=True, null=True, verbose_name="due")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("done", "done"), ("dropped", "dropped")],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("settled_on", models.DateField(blank=True, null=True, verbose_name="done or dropped on")),
                ("note", models.TextField(blank=True, default="", verbose_name="note")),
                (
                    "document",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=400,
                        validators=[django.core.validators.URLValidator(schemes=["http", "https"])],
                        verbose_name="link to the documentation",
                    ),
                ),
                ("source", models.CharField(blank=True, default="", max_length=300, verbose_name="source")),
                ("fictional", models.BooleanField(default=False, verbose_name="fictional")),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="programmes.body",
                        verbose_name="body",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="programmes.decision",
                        verbose_name="decision",
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="identity.organisation",
                        verbose_name="responsible",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="programmes.meeting",
                        verbose_name="meeting",
                    ),
                ),
                (
                    "recommendation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="programmes.recommendation",
                        verbose_name="recommendation",
                    ),
                ),
            ],
            options={
                "verbose_name": "follow-up",
                "ordering": [models.OrderBy(models.F("due"), nulls_last=True), "pk"],
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("chair", "chair"),
                            ("deputy", "deputy chair"),
                            ("member", "member"),
                            ("secretary", "secretary"),
                            ("observer", "observer"),
                        ],
                        default="member",
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("in_right_of", models.CharField(blank=True, default="", max_length=200, verbose_name="sits for")),
                ("appointed_by", models.CharField(blank=True, default="", max_length=200, verbose_name="appointed by")),
                (
                    "holder_not_stated",
                    models.BooleanField(default=False, verbose_name="the source does not say who holds it"),
                ),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "appointing_body",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appoints",
                        to="programmes.body",
                        verbose_name="appointing body",
                    ),
                ),
                (
                    "appointing_organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.organisation",
                        verbose_name="appointing organisation",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seats",
                        to="programmes.body",
                        verbose_name="body",
                    ),
                ),
            ],
            options={
                "verbose_name": "seat",
                "ordering": ["body_id", "order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "background",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=300,
                        verbose_name="background, as the source of this body prints it",
                    ),
                ),
                (
                    "printed_name",
                    models.CharField(
                        blank=True, default="", max_length=120, verbose_name="name, where the source prints another"
                    ),
                ),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="to")),
                ("source", models.CharField(blank=True, default="", max_length=300, verbose_name="source")),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="appointments",
                        to="programmes.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="appointments",
                        to="programmes.seat",
                        verbose_name="seat",
                    ),
                ),
            ],
            options={
                "verbose_name": "appointment",
                "ordering": [
                    "seat_id",
                    models.OrderBy(models.F("valid_from"), descending=True, nulls_last=True),
                    "-pk",
                ],
            },
        ),
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(fields=["deadline"], name="mandate_deadline"),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.UniqueConstraint(
                fields=("body", "title"),
                name="mandate_titled_once",
                violation_error_message="The body has a mandate with this title.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("deadline", None), ("deadline_precision", "not_stated")),
                    models.Q(("deadline_precision__in", ["day", "month", "part", "year"]), ("deadline__isnull", False)),
                    _connector="OR",
                ),
                name="mandate_deadline_has_a_day_or_none",
                violation_error_message="Say when it is, or that it is not stated.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandateitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["task", "theme", "condition"]), models.Q(("text", ""), _negated=True)),
                name="mandate_item_says_something",
                violation_error_message="Write what it is.",
            ),
        ),
        migrations.AddIndex(
            model_name="meeting",
            index=models.Index(fields=["-day", "-id"], name="meeting_newest"),
        ),
        migrations.AddIndex(
            model_name="meeting",
            index=models.Index(fields=["updated_at", "id"], name="meeting_changed"),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.UniqueConstraint(
                fields=("body", "day", "starts_at"),
                name="meeting_once_at_a_time",
                nulls_distinct=False,
                violation_error_message="The body has a meeting on that day already. Write when each begins.",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["planned", "held", "cancelled"])),
                name="meeting_status_known",
                violation_error_message="Choose the status from the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.UniqueConstraint(
                fields=("meeting", "number"),
                name="agenda_item_numbered_once",
                violation_error_message="Two items have the same number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("number", ""), _negated=True), models.Q(("title", ""), _negated=True)),
                name="agenda_item_says_something",
                violation_error_message="Write the item's number and what it is about.",
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["updated_at", "id"], name="person_changed"),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="person_has_a_name",
                violation_error_message="Write the person's name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                fields=("owner", "name", "background"),
                name="person_once",
                violation_error_message="The person is registered already. Choose them from the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name__regex", "[0-9]{6}"), _negated=True),
                    models.Q(("background__regex", "[0-9]{6}-?[0-9]{4}"), _negated=True),
                ),
                name="person_without_cpr",
                violation_error_message="No CPR number, telephone number or address: only the public office.",
            ),
        ),
        migrations.AddIndex(
            model_name="recommendation",
            index=models.Index(fields=["updated_at", "id"], name="recommendation_changed"),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number", ""), _negated=True),
                fields=("body", "number"),
                name="recommendation_numbered_once",
                violation_error_message="The body has a recommendation with this number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "pending"),
                    models.Q(
                        ("status__in", ["followed", "partly", "refused"]),
                        models.Q(
                            models.Q(("outcome", ""), _negated=True),
                            ("initiative__isnull", False),
                            ("decision__isnull", False),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="recommendation_says_what_came_of_it",
                violation_error_message="Say what came of it: in words, or by an initiative or a decision.",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True),
                name="recommendation_says_something",
                violation_error_message="Write what is recommended.",
            ),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(condition=models.Q(("state", "open")), fields=["due", "id"], name="follow_up_open"),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(fields=["updated_at", "id"], name="follow_up_changed"),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision", None), ("meeting__isnull", False), ("recommendation", None)),
                    models.Q(("decision__isnull", False), ("meeting", None), ("recommendation", None)),
                    models.Q(("decision", None), ("meeting", None), ("recommendation__isnull", False)),
                    _connector="OR",
                ),
                name="follow_up_of_one_thing",
                violation_error_message="It follows up a meeting, a decision or a recommendation: one of them.",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("responsible__isnull", False), ("responsible_words", "")),
                    models.Q(("responsible", None), models.Q(("responsible_words", ""), _negated=True)),
                    _connector="OR",
                ),
                name="follow_up_has_one_responsible",
                violation_error_message="Choose who is responsible, or write it in words: one of them.",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_on", None), ("state", "open")),
                    models.Q(("settled_on__isnull", False), ("state", "done")),
                    models.Q(
                        ("settled_on__isnull", False), ("state", "dropped"), models.Q(("note", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="follow_up_settled_on_a_day",
                violation_error_message="Done or dropped has a day, and what is dropped says why.",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(("what", ""), _negated=True),
                name="follow_up_says_what",
                violation_error_message="Write what is to be done.",
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["chair", "deputy", "member", "secretary", "observer"])),
                name="seat_role_known",
                violation_error_message="Choose the role from the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from", None), ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="seat_ends_after_it_begins",
                violation_error_message="The end must not be before the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("appointing_body", None),
                    models.Q(("appointing_body", models.F("body")), _negated=True),
                    _connector="OR",
                ),
                name="seat_appointed_from_outside",
                violation_error_message="A body does not appoint to itself. Write it in words.",
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("body", "="),
                    (
                        portal.geography.models.DateRange(
                            "valid_from", "valid_to", models.Value("[]", output_field=models.TextField())
                        ),
                        "&&",
                    ),
                ],
                condition=models.Q(("role", "chair")),
                name="body_one_chair_at_a_time",
                violation_error_message="The body has a chair's seat in that period. End that seat first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from", None), ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="appointment_ends_after_it_begins",
                violation_error_message="The end must not be before the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("seat", "="),
                    (
                        portal.geography.models.DateRange(
                            "valid_from", "valid_to", models.Value("[]", output_field=models.TextField())
                        ),
                        "&&",
                    ),
                ],
                name="seat_one_holder_at_a_time",
                violation_error_message="Somebody holds the seat in that period. End that appointment first.",
            ),
        ),
        *(
            Touched(table)
            for table in (
                "programmes_person",
                "programmes_seat",
                "programmes_appointment",
                "programmes_mandate",
                "programmes_recommendation",
                "programmes_meeting",
                "programmes_followup",
            )
        ),
        migrations.RunSQL((SQL / "bodies.sql").read_text(), (SQL / "bodies_reverse.sql").read_text()),
    ]
