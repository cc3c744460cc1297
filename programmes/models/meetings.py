"""Meetings of bodies, and what somebody is to do because of what was said or decided."""

from datetime import date

from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.identity.actor import Actor
from portal.identity.models import Organisation
from programmes.models.bodies import Body
from programmes.models.decisions import Decision
from programmes.models.mandates import Recommendation


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, actor: Actor) -> "MeetingQuerySet":
        return self.filter(body__in=Body.objects.visible_to(actor).order_by().values("pk"))


class Meeting(models.Model):
    """A body meets. What is decided at it is a decision of the same body and of the same day."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("cancelled")

    body = models.ForeignKey(Body, models.PROTECT, related_name="meetings", verbose_name=_("body"))
    title = models.CharField(_("title"), max_length=160, blank=True, default="")
    day = models.DateField(_("day"))
    starts_at = models.TimeField(_("begins at"), null=True, blank=True)
    place = models.CharField(_("where"), max_length=160, blank=True, default="")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLANNED)
    agenda = models.CharField(
        _("link to the agenda"), max_length=400, blank=True, default="",
        validators=[URLValidator(schemes=["http", "https"])],
    )  # fmt: skip
    minutes = models.CharField(
        _("link to the minutes"), max_length=400, blank=True, default="",
        validators=[URLValidator(schemes=["http", "https"])],
    )  # fmt: skip
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    fictional = models.BooleanField(_("fictional"), default=False)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-day", F("starts_at").desc(nulls_last=True), "-pk"]
        verbose_name = _("meeting")
        constraints = [
            models.UniqueConstraint(
                fields=["body", "day", "starts_at"],
                name="meeting_once_at_a_time",
                nulls_distinct=False,
                violation_error_message=_("The body has a meeting on that day already. Write when each begins."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["planned", "held", "cancelled"]),
                name="meeting_status_known",
                violation_error_message=_("Choose the status from the list."),
            ),
        ]
        indexes = [
            models.Index(fields=["-day", "-id"], name="meeting_newest"),
            models.Index(fields=["updated_at", "id"], name="meeting_changed"),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.day:%d.%m.%Y}"


class AgendaItem(models.Model):
    """An item of a meeting's agenda, by its number."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items", verbose_name=_("meeting"))
    number = models.CharField(_("number"), max_length=20)
    title = models.CharField(_("title"), max_length=200)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["meeting_id", "order", "pk"]
        verbose_name = _("agenda item")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"],
                name="agenda_item_numbered_once",
                violation_error_message=_("Two items have the same number."),
            ),
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(title=""),
                name="agenda_item_says_something",
                violation_error_message=_("Write the item's number and what it is about."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def visible_to(self, actor: Actor) -> "FollowUpQuerySet":
        return self.filter(body__in=Body.objects.visible_to(actor).order_by().values("pk"))

    def overdue(self, today: date) -> "FollowUpQuerySet":
        return self.filter(state=FollowUp.State.OPEN, due__lt=today)


class FollowUp(models.Model):
    """Somebody is to do something, by a day, because of a meeting, a decision or a recommendation."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    body = models.ForeignKey(Body, models.PROTECT, related_name="follow_ups", verbose_name=_("body"))
    """Whose meeting, decision or recommendation it is: the database holds that it is the same."""
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, related_name="follow_ups", verbose_name=_("meeting"), null=True, blank=True
    )
    decision = models.ForeignKey(
        Decision, models.PROTECT, related_name="follow_ups", verbose_name=_("decision"), null=True, blank=True
    )
    recommendation = models.ForeignKey(
        Recommendation, models.PROTECT, related_name="follow_ups", verbose_name=_("recommendation"), null=True,
        blank=True,
    )  # fmt: skip
    what = models.CharField(_("what"), max_length=300)
    responsible = models.ForeignKey(
        Organisation, models.PROTECT, related_name="follow_ups", verbose_name=_("responsible"), null=True, blank=True
    )
    responsible_words = models.CharField(_("responsible, in words"), max_length=160, blank=True, default="")
    due = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    settled_on = models.DateField(_("done or dropped on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, default="")
    document = models.CharField(
        _("link to the documentation"), max_length=400, blank=True, default="",
        validators=[URLValidator(schemes=["http", "https"])],
    )  # fmt: skip
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    fictional = models.BooleanField(_("fictional"), default=False)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = [F("due").asc(nulls_last=True), "pk"]
        verbose_name = _("follow-up")
        constraints = [
            models.CheckConstraint(
                condition=Q(meeting__isnull=False, decision=None, recommendation=None)
                | Q(meeting=None, decision__isnull=False, recommendation=None)
                | Q(meeting=None, decision=None, recommendation__isnull=False),
                name="follow_up_of_one_thing",
                violation_error_message=_("It follows up a meeting, a decision or a recommendation: one of them."),
            ),
            models.CheckConstraint(
                condition=(Q(responsible__isnull=False) & Q(responsible_words=""))
                | (Q(responsible=None) & ~Q(responsible_words="")),
                name="follow_up_has_one_responsible",
                violation_error_message=_("Choose who is responsible, or write it in words: one of them."),
            ),
            models.CheckConstraint(
                condition=Q(state="open", settled_on=None)
                | Q(state="done", settled_on__isnull=False)
                | (Q(state="dropped", settled_on__isnull=False) & ~Q(note="")),
                name="follow_up_settled_on_a_day",
                violation_error_message=_("Done or dropped has a day, and what is dropped says why."),
            ),
            models.CheckConstraint(
                condition=~Q(what=""),
                name="follow_up_says_what",
                violation_error_message=_("Write what is to be done."),
            ),
        ]
        indexes = [
            models.Index(fields=["due", "id"], condition=Q(state="open"), name="follow_up_open"),
            models.Index(fields=["updated_at", "id"], name="follow_up_changed"),
        ]

    def __str__(self) -> str:
        return self.what

    def is_overdue(self, today: date) -> bool:
        return self.state == self.State.OPEN and self.due is not None and self.due < today

    @property
    def who(self) -> str:
        return self.responsible.name if self.responsible is not None else self.responsible_words
