"""What companies need: found in talks with them, worked on, and met with a match or closed without."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.models.companies import Company
from matching.models.contact_people import ContactPerson
from matching.models.matches import Match
from matching.models.more import EducationLevel
from matching.models.reference import BreakReason, WorkArea
from matching.models.sharing import partners_of
from portal.identity.actor import Actor
from portal.identity.models import Organisation, User
from portal.identity.rights import may

VIEW = "matching.view_needs"
MOST_WANTED = 500


class NeedQuerySet(models.QuerySet["Need"]):
    def visible_to(self, actor: Actor) -> "NeedQuerySet":
        """The own organisation's, and those that partners of a common programme have shared."""
        if not may(actor, VIEW):
            return self.none()
        own = Q(organisation_id__in=actor.organisation_ids)
        shared = Q(visibility=Need.Visibility.PARTNERS, organisation_id__in=partners_of(actor))
        return self.filter(own | shared)

    def with_names(self) -> "NeedQuerySet":
        return self.select_related(
            "company__municipality", "organisation", "responsible", "work_area", "contact_person", "close_reason"
        )

    def waiting(self) -> "NeedQuerySet":
        """Those that are neither met nor closed."""
        return self.filter(status__in=[Need.Status.OPEN, Need.Status.IN_PROGRESS])


class Need(models.Model):
    """A need of a company, as an organisation found it in talk with the company. The organisation is frozen.

    `stepped_on` is the day on which somebody last did something about it.
    """

    class Kind(models.TextChoices):
        JOB_PROFILE = "job_profile", _("job profile")
        STUDENT_CASE = "student_case", _("student case")

    class Growth(models.TextChoices):
        RECOGNISED = "recognised", _("recognised by the company")
        UNRECOGNISED = "unrecognised", _("not recognised by the company")

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        IN_PROGRESS = "in_progress", _("in progress")
        MET = "met", _("met")
        CLOSED = "closed", _("closed without a match")

    class Visibility(models.TextChoices):
        OWN = "own", _("only our organisation")
        PARTNERS = "partners", _("the programme's partners")

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="needs", verbose_name=_("company"), db_index=False
    )
    found_on = models.DateField(_("found on"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("found by"), db_index=False
    )
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("registered by"))
    responsible = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("who takes care of it"), db_index=False
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    growth = models.CharField(_("growth potential"), max_length=12, choices=Growth, blank=True, default="")
    potential = models.TextField(_("the potential"), max_length=2000, blank=True, default="")
    wish = models.TextField(_("what the company wishes"), max_length=2000)
    tasks = models.TextField(_("tasks"), max_length=2000, blank=True, default="")
    work_area = models.ForeignKey(
        WorkArea, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("work area"), db_index=False
    )
    competences = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("competences"))
    education_level = models.CharField(
        _("education level"), max_length=3, choices=EducationLevel, blank=True, default=""
    )
    match_types = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("match types"))
    number_wanted = models.PositiveSmallIntegerField(_("how many are wanted"), default=1)
    start_month = models.DateField(_("start wanted"), null=True, blank=True)  # the first of the month
    contact_person = models.ForeignKey(
        ContactPerson, models.PROTECT, null=True, blank=True, related_name="needs", verbose_name=_("contact person")
    )
    visibility = models.CharField(_("who may see it"), max_length=10, choices=Visibility, default=Visibility.OWN)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.OPEN)
    candidates = models.PositiveSmallIntegerField(_("candidates presented"), default=0)
    stepped_on = models.DateField(_("last step"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    close_reason = models.ForeignKey(
        BreakReason, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("why it came to no match"),
    )  # fmt: skip
    close_note = models.CharField(_("remark"), max_length=300, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = NeedQuerySet.as_manager()

    class Meta:
        ordering = ["-found_on", "-pk"]
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["job_profile", "student_case"]),
                name="need_kind_known",
                violation_error_message=_("A need is a job profile or a student case."),
            ),
            models.CheckConstraint(
                condition=Q(growth__in=["", "recognised", "unrecognised"]),
                name="need_growth_known",
                violation_error_message=_("The growth potential is recognised or not."),
            ),
            models.CheckConstraint(
                condition=Q(education_level__in=["", *EducationLevel.values]),
                name="need_education_level_known",
                violation_error_message=_("Choose the level from the list."),
            ),
            models.CheckConstraint(
                condition=Q(number_wanted__range=(1, MOST_WANTED)),
                name="need_number_wanted",
                violation_error_message=_("Write how many are wanted, from 1 to 500."),
            ),
            models.CheckConstraint(
                condition=Q(start_month=None) | Q(start_month__day=1),
                name="need_start_is_a_month",
                violation_error_message=_("The start is a month."),
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=["own", "partners"]),
                name="need_visibility_known",
                violation_error_message=_("Choose who may see the need."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "in_progress"], closed_on=None, close_reason=None)
                | Q(status="met", closed_on__isnull=False, close_reason=None)
                | Q(status="closed", closed_on__isnull=False, close_reason__isnull=False),
                name="need_closed_says_why",
                violation_error_message=_("A need that is closed without a match says when and why."),
            ),
        ]
        indexes = [
            models.Index(fields=["-found_on", "-id"], name="need_newest"),
            models.Index(fields=["company", "-found_on", "-id"], name="need_of_company"),
            models.Index(fields=["organisation", "-found_on", "-id"], name="need_of_organisation"),
            models.Index(
                fields=["responsible", "stepped_on"],
                name="need_waiting",
                condition=Q(status__in=["open", "in_progress"]),
            ),
            models.Index(fields=["updated_at", "id"], name="need_changed"),
            GinIndex(fields=["competences"], name="need_competences"),
            GinIndex(fields=["match_types"], name="need_match_types"),
        ]

    def __str__(self) -> str:
        return f"{self.company_id} {self.found_on}"

    @property
    def waits(self) -> bool:
        return self.status in (self.Status.OPEN, self.Status.IN_PROGRESS)

    def count_matches(self) -> None:
        """One came, went or came back: met where as many stand as were wanted, else in progress. Not yet saved."""
        met = Match.objects.standing().filter(of_need__need=self).count() >= self.number_wanted
        self.status = self.Status.MET if met else self.Status.IN_PROGRESS
        self.closed_on = (self.closed_on or timezone.localdate()) if met else None
        self.stepped_on = timezone.localdate()


class NeedMatch(models.Model):
    """That a match came of a need. The match itself says nothing of it; a match answers one need at most."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="matches", verbose_name=_("need"))
    match = models.OneToOneField(Match, models.PROTECT, related_name="of_need", verbose_name=_("match"))
    linked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("registered by"))
    linked_at = models.DateTimeField(_("registered"), default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("match of a need")
        verbose_name_plural = _("matches of needs")

    def __str__(self) -> str:
        return f"{self.need_id} → {self.match_id}"
