"""The tables of the ledger.

Rows are written by `portal.ledger.posting` alone, in one statement; the guards in the migrations hold what is said here
for everybody who has a connection.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeVar

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from portal.ledger.fields import ExactDecimalField, MonthOf

if TYPE_CHECKING:
    from portal.ledger.asof import AsOf

V = TypeVar("V", bound="Versioned")


class VersionedQuerySet(models.QuerySet[V]):
    """Rows that have a place. Changing them goes through the ledger, so the shortcuts past it are closed."""

    def known(self, as_of: AsOf) -> Any:
        """Those with `learnt_on` up to the day (no limit when it is None) and `place` up to the place."""
        rows = self.filter(place__lte=as_of.place)
        return rows if as_of.day is None else rows.filter(learnt_on__lte=as_of.day)

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("The ledger is append-only: post a reversal or define a new version.")

    def delete(self) -> NoReturn:
        raise TypeError("The ledger is append-only: post a reversal or define a new version.")


class Versioned(models.Model):
    """An append-only row with a place in the ledger; give it to `ledger.define()`, never to `save()`.

    The migration that creates the table adds `portal.ledger.migrations_support.AppendOnly("table")`.
    """

    place = models.BigIntegerField(_("place in the ledger"), primary_key=True)
    recorded_at = models.DateTimeField(_("recorded"))
    learnt_on = models.DateField(_("learnt on"))
    batch = models.ForeignKey(
        "ledger.Batch", models.PROTECT, null=True, blank=True, db_index=False, related_name="+", verbose_name=_("batch")
    )

    objects: ClassVar[Any] = VersionedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("A row with a place is written by ledger.post() or ledger.define() inside ledger.entry().")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("The ledger is append-only: post a reversal or define a new version.")


class LedgerHead(models.Model):
    """The single row that says how far the ledger has come. Only ledger_take() moves it.

    `taken_from` and `taken_by` (the taking transaction) let the guards refuse a place that the inserting transaction
    did not take itself; readers never use them.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    place = models.BigIntegerField(default=0)
    recorded_at = models.DateTimeField()
    taken_from = models.BigIntegerField(default=0)
    taken_by = models.CharField(max_length=20, default="")

    class Meta:
        db_table = "ledger_head"
        constraints = [
            models.CheckConstraint(
                condition=Q(id=1), name="ledger_head_one_row", violation_error_message=_("The ledger has one head.")
            )
        ]

    def __str__(self) -> str:
        return f"place {self.place}"


class Heading(models.Model):
    """A node of the tree that facts hang on. Its title lies in the app that owns it."""

    id = models.BigAutoField(primary_key=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"heading {self.pk}"


class HeadingParent(Versioned):
    """From `valid_from` (null: always) the heading lies below `parent` (null: at the top)."""

    heading = models.ForeignKey(Heading, models.PROTECT, related_name="parents")
    parent = models.ForeignKey(Heading, models.PROTECT, null=True, related_name="children")
    valid_from = models.DateField(_("from"), null=True)

    class Meta:
        db_table = "ledger_heading_parent"
        ordering = ["place"]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("heading")),
                name="heading_not_below_itself",
                violation_error_message=_("A heading cannot lie below itself."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.heading_id} below {self.parent_id} from {self.valid_from}"


class Measure(models.Model):
    """What the registry declares, as rows that facts may point to. Written by the step after migrate."""

    class Kind(models.TextChoices):
        FLOW = "flow", _("flow")
        LEVEL = "level", _("level")
        PUBLISHED = "published", _("published value")
        ANSWER = "answer", _("answer")

    class Disclosure(models.TextChoices):
        OPEN = "open", _("open")
        COMPANIES = "companies", _("companies")
        PEOPLE = "people", _("people")

    key = models.CharField(primary_key=True, max_length=60)
    unit = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind)
    disclosure = models.CharField(max_length=10, choices=Disclosure)
    about_person = models.BooleanField()
    dimensions = models.JSONField(default=dict)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["flow", "level", "published", "answer"]),
                name="measure_kind_known",
                violation_error_message=_("A measure is a flow, a level, a published value or an answer."),
            ),
            models.CheckConstraint(
                condition=Q(disclosure__in=["open", "companies", "people"]),
                name="measure_disclosure_known",
                violation_error_message=_("The disclosure class is open, companies or people."),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class DisclosureVersion(Versioned):
    """What the data protection officer says of a measure's disclosure class from here on, and why. The newest holds."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="disclosure_versions", verbose_name=_("measure"))
    disclosure = models.CharField(_("class"), max_length=10, choices=Measure.Disclosure)
    reason = models.CharField(_("reason"), max_length=500)
    set_by = models.ForeignKey("identity.User", models.PROTECT, related_name="+", verbose_name=_("set by"))

    class Meta:
        verbose_name = _("version of a protection")
        verbose_name_plural = _("versions of protections")
        ordering = ["place"]
        constraints = [
            models.CheckConstraint(
                condition=Q(disclosure__in=["open", "companies", "people"]),
                name="disclosure_version_known",
                violation_error_message=_("The disclosure class is open, companies or people."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="disclosure_version_has_reason",
                violation_error_message=_("Say why the class is set so."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id}: {self.disclosure}"


class Batch(models.Model):
    """Imported history: the name under which facts may say that they were learnt earlier than they were recorded."""

    place = models.BigIntegerField(primary_key=True)
    recorded_at = models.DateTimeField()
    learnt_on = models.DateField()
    name = models.CharField(_("name"), max_length=200, unique=True)
    origin = models.CharField(_("origin"), max_length=500)

    class Meta:
        ordering = ["place"]

    def __str__(self) -> str:
        return self.name


class FactQuerySet(VersionedQuerySet["Fact"]):
    def known(self, as_of: AsOf) -> FactQuerySet:
        return super().known(as_of)  # type: ignore[no-any-return]

    def standing(self, as_of: AsOf) -> FactQuerySet:
        """The facts themselves (no reversals) of which no reversal is known as of then."""
        reversal = Fact.objects.known(as_of).filter(reverses=OuterRef("place"))
        return self.known(as_of).filter(~Exists(reversal), reverses=None)


class Fact(Versioned):
    """This counted. Says nothing of who, and is never changed."""

    measure = models.ForeignKey(Measure, models.PROTECT, db_index=False, related_name="+")
    occurred_on = models.DateField()
    period = DateRangeField(null=True)
    municipality = models.ForeignKey(
        "geography.Municipality", models.PROTECT, null=True, db_index=False, related_name="+"
    )
    organisation = models.ForeignKey(
        "identity.Organisation", models.PROTECT, null=True, db_index=False, related_name="+"
    )
    heading = models.ForeignKey(Heading, models.PROTECT, null=True, db_index=False, related_name="+")
    subject = models.UUIDField(null=True)
    category = models.CharField(max_length=60, default="")
    subcategory = models.CharField(max_length=60, default="")
    dims = models.JSONField(default=dict)
    quantity = ExactDecimalField()
    qualifier = models.CharField(max_length=20, default="")
    reverses = models.ForeignKey("self", models.PROTECT, null=True, db_index=False, related_name="reversals")
    month = models.GeneratedField(expression=MonthOf("occurred_on"), output_field=models.DateField(), db_persist=True)

    objects: ClassVar[Any] = FactQuerySet.as_manager()

    class Meta:
        db_table = "ledger_fact"
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(
                fields=["reverses"],
                condition=Q(reverses__isnull=False),
                name="fact_reversed_once",
                violation_error_message=_("The fact has already been reversed."),
            ),
            models.CheckConstraint(
                condition=Q(reverses=None) | Q(reverses__lt=F("place")),
                name="fact_reverses_an_earlier",
                violation_error_message=_("A reversal comes after what it reverses."),
            ),
        ]
        indexes = [
            # The worker reads what came after its place; a fact list pages by place.
            models.Index(fields=["measure", "place"], name="fact_measure_place"),
            # Every sum, and which batches are in it: filter by measure and heading, group by the rest, and never touch
            # the table itself.
            models.Index(
                fields=["measure", "heading", "municipality", "organisation", "category", "month"],
                include=["occurred_on", "learnt_on", "place", "quantity", "subcategory", "batch"],
                name="fact_sums_batch",
            ),
            # Which facts do not stand: two in a hundred are reversed, and they lie all over the table.
            models.Index(
                fields=["measure", "heading"],
                include=["reverses", "place", "learnt_on"],
                name="fact_gone",
                condition=Q(reverses__isnull=False),
            ),
            # Which imported batches a figure holds; few facts are history once an installation has run for a while.
            models.Index(fields=["measure", "batch"], name="fact_batch", condition=Q(batch__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} at {self.place}"


class FactRecord(models.Model):
    """From a fact to the record behind it. The keys lie here alone: deleting the row is erasure."""

    fact = models.OneToOneField(
        Fact, models.PROTECT, primary_key=True, db_column="place", related_name="record", verbose_name=_("fact")
    )
    measure = models.CharField(max_length=60)
    source = models.CharField(max_length=60)
    source_id = models.CharField(max_length=100)
    revision = models.IntegerField(default=0)
    reversal = models.BooleanField(default=False)

    class Meta:
        db_table = "ledger_fact_record"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "source", "source_id", "revision", "reversal"],
                name="fact_record_once",
                violation_error_message=_("This has already been counted."),
            ),
            models.CheckConstraint(
                condition=Q(revision__gte=0),
                name="fact_record_revision_from_zero",
                violation_error_message=_("Revisions are counted from zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} of {self.source} {self.source_id}, revision {self.revision}"

    @property
    def place(self) -> int:
        return int(self.pk)


class SubjectMap(models.Model):
    """The random key issued for a company. Deleting the row is erasure: the key then leads nowhere."""

    subject = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=60)

    class Meta:
        db_table = "ledger_subject_map"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id"],
                name="subject_issued_once",
                violation_error_message=_("A key has already been issued."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class Alias(Versioned):
    """From here on `subject` counts as `into_subject`; an alias to itself takes the merge back."""

    subject = models.UUIDField()
    into_subject = models.UUIDField()
    reason = models.TextField()

    class Meta:
        ordering = ["place"]
        indexes = [models.Index(fields=["subject", "learnt_on", "place"], name="alias_newest")]

    def __str__(self) -> str:
        return f"{self.subject} is {self.into_subject}"


class ErasureLog(models.Model):
    """That facts lost their record, and which: random numbers that lead nowhere once the maps are gone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    erased_at = models.DateTimeField()
    measure = models.CharField(max_length=60)
    places: Any = ArrayField(models.BigIntegerField())
    subject = models.UUIDField(null=True)

    class Meta:
        db_table = "ledger_erasure_log"
        ordering = ["erased_at", "pk"]

    def __str__(self) -> str:
        return f"{self.measure}: {len(self.places)} facts"


class Installation(models.Model):
    """One row at most: that this database holds fictional data. It can only be set before the first fact."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    demo = models.BooleanField(default=True)
    marked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(id=1),
                name="installation_one_row",
                violation_error_message=_("An installation is marked once."),
            ),
            models.CheckConstraint(
                condition=Q(demo=True),
                name="installation_mark_is_demo",
                violation_error_message=_("The only mark there is says that the data is fictional."),
            ),
        ]

    def __str__(self) -> str:
        return "demo"
