"""How far one can trust the count: pairs that may be the same match, how they were settled, and sample checks."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.models.matches import Match
from portal.identity.actor import Actor
from portal.identity.models import Organisation, User
from portal.identity.rights import may
from portal.identity.roles import Role
from programmes.models import PartnerRole, Programme

VIEW = "matching.view_quality"


def programmes_kept_by(actor: Actor) -> "models.QuerySet[Any, Any]":
    """The ids of the programmes whose data the actor keeps, as data steward of an organisation that does."""
    kept = PartnerRole.objects.on(actor.on).filter(role=PartnerRole.Role.STEWARD)
    if actor.role != Role.DATA_STEWARD or not may(actor, VIEW):
        return kept.none().values("programme_id")
    return kept.filter(organisation=actor.organisation).values("programme_id")


class KeptQuerySet(models.QuerySet[Any]):
    """Rows of a programme, which its data steward sees and nobody else: they stand beside what partners keep apart."""

    way = "programme"

    def visible_to(self, actor: Actor) -> Any:
        return self.filter(**{f"{self.way}__in": programmes_kept_by(actor)})


class SuspicionQuerySet(KeptQuerySet):
    def with_both(self) -> "SuspicionQuerySet":
        """With what a line names of either match."""
        names = ("company", "match_type", "created_by")
        return self.select_related("programme", *(f"{side}__{name}" for side in ("earlier", "later") for name in names))

    def standing(self) -> "SuspicionQuerySet":
        """Neither of the two has been undone."""
        return self.filter(earlier__withdrawn_at=None, later__withdrawn_at=None)

    def waiting(self) -> "SuspicionQuerySet":
        """The queue: nobody has said what they are, and both stand."""
        return self.standing().filter(status=Suspicion.Status.OPEN)


class Suspicion(models.Model):
    """Two matches that may be one. Found by rules, settled by the data steward; once settled it is not opened again."""

    class Status(models.TextChoices):
        OPEN = "open", _("waits")
        SAME = "same", _("the same match")
        DIFFERENT = "different", _("two matches")

    class Reason(models.TextChoices):
        """Why it was found. Points and order: matching.duplicates."""

        SAME_COMPANY = "same_company", _("same company")
        SAME_NAME = "same_name", _("same company name and municipality")
        NEAR_NAME = "near_name", _("nearly the same company name, same municipality")
        SAME_TYPE = "same_type", _("same type")
        NEAR_TYPE = "near_type", _("types that are easily mixed up")
        DAYS = "days", _("days apart")
        SAME_WORK_AREA = "same_work_area", _("same work area")
        TWO_PARTNERS = "two_partners", _("two partners")
        ONE_PARTNER = "one_partner", _("one partner, twice")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    earlier = models.ForeignKey(Match, models.PROTECT, related_name="+", verbose_name=_("registered first"))
    later = models.ForeignKey(Match, models.PROTECT, related_name="suspicions", verbose_name=_("registered later"))
    reasons = ArrayField(models.CharField(max_length=20), verbose_name=_("reasons"))
    days = models.PositiveSmallIntegerField(_("days apart"))
    score = models.PositiveSmallIntegerField(_("likeness"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    found_at = models.DateTimeField(_("found"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = SuspicionQuerySet.as_manager()

    class Meta:
        ordering = ["-score", "-pk"]
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        constraints = [
            models.UniqueConstraint(
                fields=["earlier", "later"],
                name="suspicion_once",
                violation_error_message=_("The two matches are a possible duplicate already."),
            ),
            models.CheckConstraint(
                condition=~Q(earlier=F("later")),
                name="suspicion_of_two",
                violation_error_message=_("A match is not a duplicate of itself."),
            ),
            models.CheckConstraint(
                condition=Q(score__gte=1, score__lte=100),
                name="suspicion_score_to_100",
                violation_error_message=_("The likeness is between 1 and 100."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "same", "different"]),
                name="suspicion_status_known",
                violation_error_message=_("Say whether it is the same match or two matches."),
            ),
            models.CheckConstraint(
                condition=Q(reasons__len__gte=1),
                name="suspicion_has_a_reason",
                violation_error_message=_("A possible duplicate says why."),
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "status", "-score", "-id"], name="suspicion_queue"),
            models.Index(fields=["-score", "-id"], name="suspicion_likeliest"),
            models.Index(fields=["updated_at", "id"], name="suspicion_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.earlier_id}, {self.later_id}"

    @property
    def waits(self) -> bool:
        """Needs both matches read along."""
        return self.status == self.Status.OPEN and not (self.earlier.withdrawn or self.later.withdrawn)


class RulingQuerySet(KeptQuerySet):
    way = "suspicion__programme"


class Ruling(models.Model):
    """What the data steward said of a pair, and why. A later one takes an earlier one back; both are kept."""

    class Outcome(models.TextChoices):
        SAME = "same", _("The same match: the later one is undone")
        DIFFERENT = "different", _("Two matches: both count")

    suspicion = models.ForeignKey(
        Suspicion, models.PROTECT, related_name="rulings", verbose_name=_("possible duplicate")
    )
    outcome = models.CharField(_("what they are"), max_length=10, choices=Outcome)
    reason = models.CharField(_("why"), max_length=300)
    ruled_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("said by"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    ruled_at = models.DateTimeField(_("said"), default=timezone.now)

    objects = RulingQuerySet.as_manager()

    class Meta:
        ordering = ["-ruled_at", "-pk"]
        verbose_name = _("duplicate control")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["same", "different"]),
                name="ruling_outcome_known",
                violation_error_message=_("Say whether it is the same match or two matches."),
            ),
            models.CheckConstraint(
                condition=Q(reason__regex=r"\S"),
                name="ruling_says_why",
                violation_error_message=_("Say why, in a few words."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.suspicion_id} {self.outcome}"


class SampleQuerySet(KeptQuerySet):
    pass


class Sample(models.Model):
    """Matches of a programme and a period that were drawn to be checked. Drawn again from its seed it is the same."""

    class Origin(models.TextChoices):
        SUSPECTED = "suspected", _("among possible duplicates")
        RANDOM = "random", _("among all matches")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    period_from = models.DateField(_("from"))
    period_to = models.DateField(_("to"))
    origin = models.CharField(_("drawn"), max_length=10, choices=Origin, default=Origin.SUSPECTED)
    size = models.PositiveSmallIntegerField(_("how many"))
    among = models.PositiveIntegerField(_("of how many"))
    seed = models.CharField(_("seed"), max_length=40)
    place = models.BigIntegerField(_("place in the ledger"))
    found_until = models.DateTimeField(_("possible duplicates found until"))
    drawn_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("drawn by"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    drawn_at = models.DateTimeField(_("drawn at"), default=timezone.now)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = SampleQuerySet.as_manager()

    class Meta:
        ordering = ["-drawn_at", "-pk"]
        verbose_name = _("sample")
        verbose_name_plural = _("samples")
        constraints = [
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from")),
                name="sample_ends_after_it_begins",
                violation_error_message=_("The end must not be before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(size__gte=1, size__lte=500),
                name="sample_of_some",
                violation_error_message=_("A sample is of 1 to 500 matches."),
            ),
            models.CheckConstraint(
                condition=Q(origin__in=["suspected", "random"]),
                name="sample_origin_known",
                violation_error_message=_("Choose what to draw from."),
            ),
            models.CheckConstraint(
                condition=Q(seed__regex=r"\S"),
                name="sample_has_a_seed",
                violation_error_message=_("A sample keeps the seed it was drawn with."),
            ),
        ]
        indexes = [models.Index(fields=["programme", "period_from"], name="sample_programme_period")]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.period_from}"


class SampleItemQuerySet(KeptQuerySet):
    way = "sample__programme"

    def waiting(self) -> "SampleItemQuerySet":
        return self.filter(outcome="")

    def checked(self) -> "SampleItemQuerySet":
        return self.exclude(outcome="")


class SampleItem(models.Model):
    """A match in a sample, and what the check showed."""

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", _("in order")
        WRONG = "wrong", _("wrong")
        UNCHECKABLE = "uncheckable", _("could not be checked")

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="items", verbose_name=_("sample"))
    match = models.ForeignKey(Match, models.PROTECT, related_name="sample_items", verbose_name=_("match"))
    order = models.PositiveSmallIntegerField(_("order"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True, default="")
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    checked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("checked by")
    )
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    undid = models.BooleanField(_("undid the match"), default=False)
    """The match was undone because of what the check showed."""
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = SampleItemQuerySet.as_manager()

    class Meta:
        ordering = ["sample_id", "order"]
        verbose_name = _("match in a sample")
        constraints = [
            models.UniqueConstraint(
                fields=["sample", "match"],
                name="sample_item_once",
                violation_error_message=_("The match is in the sample already."),
            ),
            models.CheckConstraint(
                condition=Q(outcome="", checked_by=None, checked_at=None)
                | Q(
                    outcome__in=["confirmed", "wrong", "uncheckable"],
                    checked_by__isnull=False,
                    checked_at__isnull=False,
                ),
                name="sample_item_checked_by_somebody",
                violation_error_message=_("What was checked says by whom and when."),
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "confirmed"]) | Q(note__regex=r"\S"),
                name="sample_item_says_why",
                violation_error_message=_("Say what is wrong, or why it could not be checked."),
            ),
            models.CheckConstraint(
                condition=Q(undid=False) | Q(outcome="wrong"),
                name="sample_item_undid_what_is_wrong",
                violation_error_message=_("Only a match that the check found wrong is undone."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id} {self.match_id}"


class QualityMark(models.Model):
    """The revision of a match's fact in the second measure: kept by matching.marks alone."""

    match = models.OneToOneField(Match, models.PROTECT, primary_key=True, related_name="quality_mark")
    revision = models.PositiveIntegerField(_("revision"), default=0)
    stands = models.BooleanField(_("counts"), default=True)

    class Meta:
        verbose_name = _("quality-assured")

    def __str__(self) -> str:
        return f"{self.match_id}"
