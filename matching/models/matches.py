"""A match: a company and a highly educated person, or a group of students, have agreed to work together."""

from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.models.companies import Company
from matching.models.more import RULES, MoreOfMatch
from matching.models.reference import MatchType, WorkArea
from portal.geography.models import Municipality
from portal.identity.actor import Actor
from portal.identity.models import Organisation, User
from portal.identity.rights import may
from portal.identity.roles import Role
from programmes.models import Initiative, PartnerRole, Programme


class NotCounted(models.TextChoices):
    """Why a match that is saved does not count; empty when it does."""

    BEFORE_COUNTING = "before_counting", _("agreed before the programme began to count")
    # By the programme's counting rule:
    NOT_STARTED = "not_started", _("it has not started yet")
    NOT_ENDED = "not_ended", _("it has not ended yet, or was broken off")
    DURATION = "duration", _("it has not lasted as long as the rule asks, or how long is not stated")
    LATER_IN_CHAIN = "later_in_chain", _("the match it grew out of counts already")


class MatchQuerySet(models.QuerySet["Match"]):
    def visible_to(self, actor: Actor) -> "MatchQuerySet":
        """The records an actor may open: pages, API, exports and facts all ask here.

        Those that the actor's organisation created, assisted in or is named in, and for a data steward all of the
        programmes it keeps. A municipality's own are also its jobcentre's and its business office's. Others see counts.
        """
        ways = self._ways(actor)
        return self.filter(reduce(or_, ways)) if ways else self.none()

    def ids_visible_to(self, actor: Actor) -> "models.QuerySet[Any, Any]":
        """The same as a set of ids: each way in by its own index, where nothing else narrows the records."""
        parts = [self.filter(way).order_by().values("pk") for way in self._ways(actor)]
        return self.none().values("pk").union(*parts)

    def _ways(self, actor: Actor) -> list[Q]:
        """What opens a record to the actor; any one is enough."""
        if not may(actor, "matching.view_matches"):
            return []
        own = actor.organisation_ids
        assisted = MatchAssist.objects.filter(organisation_id__in=own)
        ways = [Q(created_by_id__in=own), Q(on_behalf_of_id__in=own), Q(pk__in=assisted.values("match_id"))]
        if actor.role == Role.DATA_STEWARD:
            kept = PartnerRole.objects.on(actor.on).filter(
                organisation=actor.organisation, role=PartnerRole.Role.STEWARD
            )
            ways.append(Q(programme_id__in=kept.values("programme_id")))
        return ways

    def standing(self) -> "MatchQuerySet":
        return self.filter(withdrawn_at=None)

    def with_line(self) -> "MatchQuerySet":
        """What a line of the list names: few tables, for the planner's time grows steeply with their number."""
        return self.select_related("company", "match_type", "municipality", "created_by")

    def with_names(self) -> "MatchQuerySet":
        """Everything that a page about a match names; `assists` stay apart. Six queries whatever the rows.

        The short lists come by queries of their own: a statement of eleven tables takes longer to plan than to run.
        """
        joined = self.select_related("company", "created_by", "registered_by", "on_behalf_of", "activity")
        return joined.prefetch_related("programme", "company__municipality", "match_type", "work_area", "municipality")

    def with_names_at_once(self) -> "MatchQuerySet":
        """The same in one statement, for a file: planned once, and no queries more however many rows are read."""
        return self.select_related(
            "programme",
            "company__municipality",
            "match_type",
            "work_area",
            "municipality",
            "created_by",
            "registered_by",
            "on_behalf_of",
            "activity",
            "scheme",
            "broken_off_reason",
        )


class Match(MoreOfMatch):
    """A registered match. It is never deleted: undoing marks it withdrawn and reverses its fact."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    company = models.ForeignKey(Company, models.PROTECT, related_name="matches", verbose_name=_("company"))
    # The company's random key, kept here so that the record still agrees with its fact when the company is erased.
    subject = models.UUIDField()
    match_type = models.ForeignKey(MatchType, models.PROTECT, related_name="+", verbose_name=_("match type"))
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name=_("place of work"))
    agreed_on = models.DateField(_("agreed on"))
    created_by = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("created by"))
    # The organisation the person acted for that day, frozen: people move.
    registered_by = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("registered by"))
    registered_by_user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("registered by"))
    on_behalf_of = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("on behalf of")
    )
    assisted_by: "models.ManyToManyField[Organisation, MatchAssist]" = models.ManyToManyField(
        Organisation, through="MatchAssist", related_name="+", verbose_name=_("assisted by")
    )
    activity = models.ForeignKey(
        Initiative, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("activity")
    )
    work_area = models.ForeignKey(WorkArea, models.PROTECT, related_name="+", verbose_name=_("work area"))
    different_reason = models.CharField(_("why it is not the same match"), max_length=300, blank=True, default="")
    counts = models.BooleanField(_("counts"))
    not_counted_reason = models.CharField(
        _("why it does not count"), max_length=30, choices=NotCounted, blank=True, default=""
    )
    revision = models.PositiveIntegerField(default=0)
    registered_at = models.DateTimeField(_("registered"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=300, blank=True, default="")
    fictional = models.BooleanField(_("fictional"), default=False)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = MatchQuerySet.as_manager()

    class Meta:
        ordering = ["-agreed_on", "-pk"]
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="match_withdrawn_by_somebody",
                violation_error_message=_("A withdrawn match says when and by whom."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("registered_at")),
                name="match_withdrawn_after_registered",
                violation_error_message=_("A match cannot be withdrawn before it was registered."),
            ),
            models.CheckConstraint(
                condition=Q(counts=True, not_counted_reason="")
                | Q(counts=False, not_counted_reason__in=NotCounted.values),
                name="match_not_counted_says_why",
                violation_error_message=_("A match that does not count says why."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=False) | Q(withdrawn_reason=""),
                name="match_reason_of_a_withdrawal",
                violation_error_message=_("Only a withdrawn match has a reason for it."),
            ),
            *RULES,
        ]
        indexes = [
            models.Index(fields=["-agreed_on", "-id"], name="match_newest"),
            models.Index(fields=["-registered_at", "-id"], name="match_latest"),
            models.Index(fields=["programme", "-agreed_on", "-id"], name="match_programme_newest"),
            models.Index(fields=["created_by", "-agreed_on", "-id"], name="match_creator_newest"),
            # The two most used types of an organisation, and the look for a twin.
            models.Index(fields=["registered_by", "-registered_at"], name="match_registered"),
            models.Index(fields=["company", "match_type", "agreed_on"], name="match_twins"),
            # From a fact to its match: the ledger knows the id as text. Without it a planner that has no statistics yet
            # compares every fact with every match.
            models.Index(Cast("id", models.TextField()), name="match_id_as_text"),
            models.Index(fields=["updated_at", "id"], name="match_changed"),
            models.Index(fields=["event"], name="match_event", condition=~Q(event="")),
            # Those whose first day may have passed without anybody saying so: what waits on their people.
            models.Index(
                fields=["starts_on"],
                name="match_to_start",
                condition=Q(stage="agreed", withdrawn_at=None, starts_on__isnull=False),
            ),
            models.Index(fields=["follows"], name="match_follows", condition=Q(follows__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def month(self) -> date:
        return self.agreed_on.replace(day=1)

    @property
    def registered_on(self) -> date:
        """The Copenhagen day on which it was registered."""
        moment: datetime = self.registered_at
        return timezone.localdate(moment)


class MatchAssist(models.Model):
    """An organisation that helped the match along ("medvirkende"). It gets no credit in the count."""

    match = models.ForeignKey(Match, models.CASCADE, related_name="assists")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("assisted by"))

    class Meta:
        verbose_name = _("organisation that assisted")
        verbose_name_plural = _("organisations that assisted")
        ordering = ["match_id", "organisation_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["match", "organisation"],
                name="match_assisted_once",
                violation_error_message=_("The organisation already assists in this match."),
            )
        ]
        indexes = [models.Index(fields=["organisation", "match"], name="match_assist_organisation")]

    def __str__(self) -> str:
        return f"{self.match_id} {self.organisation_id}"
