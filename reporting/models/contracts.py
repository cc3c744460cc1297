"""Result contracts: parties, goals with their versions, and what the parties said of them."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.ledger.fields import ExactDecimalField
from portal.ledger.models import Versioned
from reporting import reasons
from reporting.models.rules import Ruled


class Wording(models.Model):
    """The fixed rows of a goal, as the contract has them."""

    goal_text = models.TextField(_("goal"), blank=True, default="")
    method_text = models.TextField(_("method"), blank=True, default="")
    rationale_text = models.TextField(_("rationale"), blank=True, default="")
    reporting_text = models.TextField(_("reporting"), blank=True, default="")
    attainment_text = models.TextField(_("how it is attained"), blank=True, default="")

    class Meta:
        abstract = True


class LibraryGoal(Wording, Ruled):
    """A goal that contracts may take over, such as one agreed nationally. A contract keeps its own version."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=240)
    origin = models.CharField(_("agreed by"), max_length=200, blank=True, default="")
    owner = models.ForeignKey(
        "identity.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible"),
    )
    """Whose contract it was kept from; null for what is agreed nationally."""
    year = models.PositiveSmallIntegerField(_("agreed for"), null=True, blank=True)
    """Its dates are of this year; a contract that takes it over moves them to its own."""
    withdrawn = models.BooleanField(_("taken out"), default=False, db_default=False)
    withdrawn_reason = models.CharField(_("why it is taken out"), max_length=300, blank=True, default="", db_default="")
    reason_code = reasons.column()

    class Meta:
        ordering = ["key"]
        verbose_name = _("library goal")
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn=False) | (~Q(withdrawn_reason="") & ~Q(reason_code="")),
                name="library_taken_out_with_reason",
                violation_error_message=_("Choose what kind of reason it is, and say why in words."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Contract(models.Model):
    """A result contract between KKR and an erhvervshus (or other parties) for a period."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SIGNED = "signed", _("signed")
        AMENDED = "amended", _("amended")
        CLOSED = "closed", _("closed")

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    owner = models.ForeignKey(
        "identity.Organisation", models.PROTECT, related_name="contracts", verbose_name=_("responsible")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    signed_on = models.DateField(_("signed"), null=True, blank=True)
    reporting = models.CharField(_("reporting"), max_length=300, blank=True, default="")
    frameworks = models.TextField(_("frameworks"), blank=True, default="")
    exclusion_policy = models.TextField(_("when a goal is excluded"), blank=True, default="")
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    total_note = models.CharField(_("about the total"), max_length=300, blank=True, default="")
    fictional = models.BooleanField(_("fictional"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    class Meta:
        ordering = ["-ends_on", "slug"]
        verbose_name = _("result contract")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="contract_ends_after_start",
                violation_error_message=_("The contract must not end before it starts."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ContractParty(models.Model):
    """A party, in the order of the contract. `decides` decides on the attainment, `reports` recommends it."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="parties")
    name = models.CharField(_("name"), max_length=200)
    organisation = models.ForeignKey(
        "identity.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    decides = models.BooleanField(_("decides on the attainment"), default=False)
    reports = models.BooleanField(_("reports and recommends"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["contract_id", "order", "pk"]
        verbose_name = _("party")

    def __str__(self) -> str:
        return self.name


class GoalGroup(models.Model):
    contract = models.ForeignKey(Contract, models.CASCADE, related_name="groups")
    name = models.CharField(_("name"), max_length=160)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["contract_id", "order", "pk"]
        verbose_name = _("group of goals")
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "name"],
                name="goal_group_once",
                violation_error_message=_("The contract already has a group with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Goal(models.Model):
    contract = models.ForeignKey(Contract, models.CASCADE, related_name="goals")
    group = models.ForeignKey(GoalGroup, models.PROTECT, related_name="goals", verbose_name=_("group"))
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=240)
    library = models.ForeignKey(
        LibraryGoal, models.PROTECT, null=True, blank=True, related_name="goals", verbose_name=_("from the library")
    )

    class Meta:
        ordering = ["contract_id", "number"]
        verbose_name = _("contract goal")
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "number"],
                name="goal_number_once",
                violation_error_message=_("The contract already has a goal with this number."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="goal_number_positive",
                violation_error_message=_("Goals are numbered from 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"


class GoalVersion(Wording, Ruled, Versioned):
    """What a goal says from its place on. After signing only an amendment, with its reason, makes a new one.

    Three periods are kept apart: the contract's, the measurement window (window_from, window_to; empty is the
    contract's period) and the deadline of deliveries. Evidence outside the window counts only by a Statement.
    """

    goal = models.ForeignKey(Goal, models.PROTECT, related_name="versions", verbose_name=_("goal"))
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    excluded = models.BooleanField(_("excluded from the total"), default=False)
    excluded_reason = models.CharField(_("why it is excluded"), max_length=300, blank=True, default="")
    anomalies = models.TextField(_("noted about the source"), blank=True, default="")
    supplementary = models.JSONField(_("shown beside"), default=list, blank=True)
    """Volumes shown beside the goal and never scored: [{"name", "indicator"?, "stated"?, "target"?, "target_max"?}]."""
    effective_from = models.DateField(_("holds from"), null=True, blank=True)
    """Of an amendment inside the period: what is before this day follows the version before, in proportion to days."""
    amendment = models.CharField(_("amendment"), max_length=300, blank=True, default="")
    reason_code = reasons.column()
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    class Meta:
        ordering = ["place"]
        verbose_name = _("version of a goal")
        indexes = [models.Index(fields=["goal", "-place"], name="goal_version_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(excluded=False) | ~Q(excluded_reason=""),
                name="goal_excluded_with_reason",
                violation_error_message=_("Say why the goal is excluded."),
            ),
            models.CheckConstraint(
                condition=Q(amendment="") | ~Q(reason_code=""),
                name="goal_amended_with_reason",
                violation_error_message=_("Choose what kind of reason it is, and say why in words."),
            ),
            models.CheckConstraint(
                condition=Q(window_to__gte=F("window_from")) | Q(window_from=None) | Q(window_to=None),
                name="goal_window_in_order",
                violation_error_message=_("The measuring must not end before it starts."),
            ),
            models.CheckConstraint(
                condition=~Q(rule=""),
                name="goal_has_a_rule",
                violation_error_message=_("Choose how the goal is scored."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goal_id} @{self.place}"


class Statement(Versioned):
    """What a party said: a recommendation (indstilling), a decision (beslutning), or that late evidence counts."""

    class Kind(models.TextChoices):
        RECOMMENDATION = "recommendation", _("recommendation")
        DECISION = "decision", _("decision")
        EVIDENCE = "evidence", _("decision about evidence")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="statements")
    goal = models.ForeignKey(Goal, models.PROTECT, null=True, related_name="statements")
    """None: about the total."""
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    amount = ExactDecimalField(_("per cent"), null=True, blank=True)
    series = models.ForeignKey("reporting.Series", models.PROTECT, null=True, related_name="+")
    accepted = models.BooleanField(_("counts"), default=True)
    by = models.ForeignKey("identity.Organisation", models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(_("by"), max_length=200, blank=True, default="")
    said_on = models.DateField(_("day"))
    text = models.TextField(_("reason"), blank=True, default="")
    reason_code = reasons.column()
    """Of a decision about evidence, and of what takes an earlier statement's place."""
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    user = models.ForeignKey("identity.User", models.PROTECT, null=True, related_name="+")
    as_deputy_for = models.CharField(max_length=120, blank=True, default="", db_default="", editable=False)
    """The name of the one in whose place it was said."""

    class Meta:
        ordering = ["place"]
        verbose_name = _("statement")
        indexes = [models.Index(fields=["contract", "-place"], name="statement_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="evidence", goal__isnull=False, series__isnull=False) & ~Q(text="")
                | ~Q(kind="evidence") & Q(series=None),
                name="statement_of_evidence_names_it",
                violation_error_message=_("A decision about evidence names the goal, the evidence and the reason."),
            ),
            models.CheckConstraint(
                condition=(~Q(kind="evidence") | ~Q(reason_code="")) & (~Q(reason_code="other") | ~Q(text="")),
                name="statement_with_reason",
                violation_error_message=_("Choose what kind of reason it is, and say why in words."),
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0),
                name="statement_not_negative",
                violation_error_message=_("An attainment is not below zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.kind} @{self.place}"
