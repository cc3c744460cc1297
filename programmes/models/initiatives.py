"""Initiatives: the work that a programme consists of, and what its sheet says about it."""

from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.identity.actor import Actor
from portal.identity.models import Organisation, User
from programmes.models.focus_areas import FocusArea
from programmes.models.programmes import Programme


class InitiativeQuerySet(models.QuerySet["Initiative"]):
    def visible_to(self, actor: Actor) -> "InitiativeQuerySet":
        """Those of the programmes that the actor sees."""
        return self.filter(programme__in=Programme.objects.visible_to(actor).order_by().values("pk"))


class Initiative(models.Model):
    """A piece of work under a programme, with a lead, money and targets of its own: what plans call an initiative and
    joint projects an activity. Matches made by it count in the programme and are shown under it."""

    class LeadStatus(models.TextChoices):
        FIXED = "fixed", _("fixed")
        SHARED = "shared", _("shared")
        EXPECTED = "expected", _("expected")
        UNDECIDED = "undecided", _("to be decided")
        NOT_STATED = "not_stated", _("not stated")

    class Status(models.TextChoices):
        NOT_STATED = "not_stated", _("not stated")
        IDEA = "idea", _("idea")
        RECOMMENDED = "recommended", _("recommended")
        DECIDED = "decided", _("decided")
        ALLOCATED = "allocated", _("money set aside")
        RUNNING = "running", _("under way")
        FINISHED = "finished", _("finished")
        LAPSED = "lapsed", _("lapsed")

    programme = models.ForeignKey(Programme, models.CASCADE, verbose_name=_("programme"), related_name="initiatives")
    heading = models.OneToOneField("ledger.Heading", models.PROTECT, related_name="initiative")
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("part of"), related_name="parts", null=True, blank=True
    )
    number = models.CharField(_("number"), max_length=20)
    name = models.CharField(_("name"), max_length=160)
    text = models.TextField(_("text"), blank=True, default="", db_default="")
    lead = models.CharField(_("lead"), max_length=300, blank=True, default="")
    lead_status = models.CharField(
        _("status of the lead"), max_length=20, choices=LeadStatus, default=LeadStatus.NOT_STATED
    )
    lead_organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("leading organisation"), related_name="led_initiatives",
        null=True, blank=True,
    )  # fmt: skip
    lead_deadline = models.DateField(_("lead to be decided by"), null=True, blank=True)
    target_group = models.TextField(_("target group"), blank=True, default="", db_default="")
    precondition = models.TextField(_("precondition"), blank=True, default="", db_default="")
    status = models.CharField(
        _("status"), max_length=20, choices=Status, default=Status.NOT_STATED, db_default=Status.NOT_STATED
    )
    """As the last of its history says."""
    areas = models.ManyToManyField(FocusArea, through="InitiativeArea", related_name="initiatives")
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        ordering = ["programme_id", "number", "pk"]
        # Its name until part 4; kept so that the trail of a row is one trail, and a table in use is not renamed.
        db_table = "programmes_activity"
        verbose_name = _("initiative")
        constraints = [
            # Printed numbers repeat in the sources, so number and name together name an activity.
            models.UniqueConstraint(
                fields=["programme", "number", "name"],
                name="activity_named_once",
                violation_error_message=_("The plan has an initiative with this number and name."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="initiative_is_not_its_own_part",
                violation_error_message=_("An initiative is not a part of itself."),
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "not_stated", "idea", "recommended", "decided", "allocated", "running", "finished", "lapsed"
                    ]
                ),
                name="initiative_status_known",
                violation_error_message=_("Choose the status from the list."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class InitiativeArea(models.Model):
    """The initiative belongs to the area; the primary one decides where its facts are counted."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, verbose_name=_("initiative"), related_name="area_links")
    focus_area = models.ForeignKey(
        FocusArea, models.CASCADE, verbose_name=_("focus area"), related_name="initiative_links"
    )
    primary = models.BooleanField(_("first"), default=False)

    class Meta:
        ordering = ["initiative_id", "-primary", "focus_area__order", "pk"]
        verbose_name = _("focus area of an initiative")
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "focus_area"],
                name="initiative_once_in_an_area",
                violation_error_message=_("The initiative is in the area already."),
            ),
            models.UniqueConstraint(
                fields=["initiative"],
                condition=Q(primary=True),
                name="initiative_one_primary_area",
                violation_error_message=_("One focus area is the first, and only one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id} in {self.focus_area_id}"


class InitiativePartner(models.Model):
    """Who takes part besides the lead: an organisation of the portal, or the words of the source."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, verbose_name=_("initiative"), related_name="partners")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("organisation"), related_name="+", null=True, blank=True
    )
    name = models.CharField(_("name"), max_length=200, blank=True, default="")
    role = models.CharField(_("role"), max_length=120, blank=True, default="")
    order = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["initiative_id", "order", "pk"]
        verbose_name = _("partner of an initiative")
        constraints = [
            models.CheckConstraint(
                condition=(Q(organisation=None) & ~Q(name="")) | (Q(organisation__isnull=False) & Q(name="")),
                name="initiative_partner_is_named",
                violation_error_message=_("Choose an organisation or write a name, not both."),
            )
        ]

    def __str__(self) -> str:
        return self.organisation.name if self.organisation is not None else self.name


class Milestone(models.Model):
    """Something in time, in the words of the source: "medio 2023" is kept, and sorts as the first of July."""

    class Kind(models.TextChoices):
        START = "start", _("start")
        MILESTONE = "milestone", _("milestone")
        DEADLINE = "deadline", _("deadline")
        END = "end", _("end")

    class Precision(models.TextChoices):
        DAY = "day", _("day")
        MONTH = "month", _("month")
        PART = "part", _("primo, medio or ultimo")
        YEAR = "year", _("year")
        NOT_STATED = "not_stated", _("not stated")

    initiative = models.ForeignKey(Initiative, models.CASCADE, verbose_name=_("initiative"), related_name="milestones")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.MILESTONE)
    name = models.CharField(_("name"), max_length=200, blank=True, default="")
    words = models.CharField(_("when, as the source says it"), max_length=120, blank=True, default="")
    precision = models.CharField(_("precision"), max_length=20, choices=Precision)
    day = models.DateField(_("sorted as"), null=True, blank=True)
    """The first day it can be; primo, medio and ultimo of a year are the first of January and July and the last day."""
    reached_on = models.DateField(_("reached"), null=True, blank=True)
    noted_on = models.DateField(_("noted that it was reached"), null=True, blank=True, editable=False)
    """The day it was said here; None where nobody was asked for it yet: then the day it was reached."""

    class Meta:
        ordering = ["initiative_id", F("day").asc(nulls_last=True), "pk"]
        verbose_name = _("milestone")
        constraints = [
            models.CheckConstraint(
                condition=Q(precision="not_stated", day=None) | (~Q(precision="not_stated") & Q(day__isnull=False)),
                name="milestone_has_a_day_or_none",
                violation_error_message=_("Say when it is, or that it is not stated."),
            ),
            models.CheckConstraint(
                condition=Q(precision__in=["day", "month", "part", "year", "not_stated"]),
                name="milestone_precision_known",
                violation_error_message=_("Choose how exact the date is from the list."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.get_kind_display()} {self.words}"


class InitiativeItem(models.Model):
    """A line of what the initiative's sheet lists: a deliverable, an open question, a target in words, a fact, a
    document."""

    class Kind(models.TextChoices):
        DELIVERABLE = "deliverable", _("deliverable")
        QUESTION = "question", _("open question")
        TARGET = "target", _("target in words")
        FACT = "fact", _("fact from the source")
        DOCUMENT = "document", _("document")

    initiative = models.ForeignKey(Initiative, models.CASCADE, verbose_name=_("initiative"), related_name="items")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    text = models.CharField(_("text"), max_length=500)
    link = models.CharField(
        _("link"), max_length=500, blank=True, default="", validators=[URLValidator(schemes=["http", "https"])]
    )
    settled_on = models.DateField(_("delivered or answered"), null=True, blank=True)
    order = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["initiative_id", "kind", "order", "pk"]
        verbose_name = _("line of an initiative")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["deliverable", "question", "target", "fact", "document"]),
                name="initiative_item_kind_known",
                violation_error_message=_("Choose the kind from the list."),
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="initiative_item_says_something",
                violation_error_message=_("Write what it is."),
            ),
            models.CheckConstraint(
                condition=Q(link="") | Q(link__regex=r"^https?://"),
                name="initiative_item_link_is_an_address",
                violation_error_message=_("A link begins with http:// or https://."),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class InitiativeStatus(models.Model):
    """The initiative got this status on that day, and why. Rows are added and never changed."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, verbose_name=_("initiative"), related_name="history")
    status = models.CharField(_("status"), max_length=20, choices=Initiative.Status)
    on = models.DateField(_("from"))
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    by = models.ForeignKey(User, models.PROTECT, verbose_name=_("by"), related_name="+", null=True, blank=True)
    """None: a loader."""
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("organisation"), related_name="+", null=True, blank=True
    )
    said_at = models.DateTimeField(_("registered"), db_default=Now(), editable=False)

    class Meta:
        ordering = ["initiative_id", "pk"]
        verbose_name = _("status of an initiative")
        constraints = [
            models.CheckConstraint(
                condition=Q(by=None) | ~Q(reason=""),
                name="initiative_status_has_a_reason",
                violation_error_message=_("Say why the status changes."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id} {self.status} {self.on}"
