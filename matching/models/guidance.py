"""Courses of guidance by the erhvervshus, one to one, and the team that alone sees those of Early Warning."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Cast, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.models.companies import Company
from matching.models.contact_people import ContactPerson
from matching.models.register import ProductionUnit
from portal.geography.models import Municipality
from portal.identity.actor import Actor
from portal.identity.models import Organisation, User
from portal.identity.rights import may
from portal.identity.roles import Role
from programmes.scope import organisations_of_area


class GuidanceType(models.TextChoices):
    GROWTH = "growth", _("growth course")
    OPERATION = "operation", _("operation course")
    SHORT = "short", _("short course")
    EARLY_WARNING = "early_warning", _("Early Warning")


class GuidanceGroup(models.TextChoices):
    """What is published: Early Warning is in no number of its own."""

    GROWTH_OPERATION = "growth_operation", _("Growth and operation courses")
    SHORT_EARLY_WARNING = "short_early_warning", _("Short courses and Early Warning")


class Theme(models.TextChoices):
    """The eight of the result contract."""

    SKILLS = "skills", _("qualified labour and social inclusion")
    GREEN = "green", _("green transition and circular economy")
    INNOVATION = "innovation", _("innovation")
    DIGITAL = "digital", _("digitalisation and automation")
    INTERNATIONAL = "international", _("internationalisation")
    MANAGEMENT = "management", _("management and organisation")
    SALES = "sales", _("sales and marketing")
    FINANCE = "finance", _("financing")


class GuidanceStage(models.TextChoices):
    RUNNING = "running", _("running")
    ENDED = "ended", _("ended")
    BROKEN_OFF = "broken_off", _("broken off")


class EvaluationBy(models.TextChoices):
    """Through which system the company was asked; the answers stay there."""

    NATIONAL = "national", _("the user evaluation of Erhvervsstyrelsen")
    OWN = "own", _("the erhvervshus's own questionnaire")
    TALK = "talk", _("a conversation")


def may_be_in_team(actor: Actor) -> bool:
    """Membership of the team is a person's: whoever stands in for a colleague is not in it, nor whoever sees a
    colleague's pages, nor a program with the person's key."""
    return actor.role == Role.HUB_ADVISER and actor.deputy_for is None and actor.support is None and not actor.by_key


class EarlyWarningMemberQuerySet(models.QuerySet["EarlyWarningMember"]):
    def standing(self) -> "EarlyWarningMemberQuerySet":
        return self.filter(removed_at=None)

    def visible_to(self, actor: Actor) -> "EarlyWarningMemberQuerySet":
        if not may(actor, "matching.view_early_warning_team"):
            return self.none()
        return self.filter(hub_id__in=actor.organisation_ids)


class EarlyWarningMember(models.Model):
    """Somebody of the erhvervshus who works with companies in difficulties. Leaving the team keeps the row."""

    hub = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("erhvervshus"))
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("member"))
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("added"), default=timezone.now)
    removed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("removed by")
    )
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    objects = EarlyWarningMemberQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("member of the Early Warning team")
        verbose_name_plural = _("members of the Early Warning team")
        constraints = [
            models.UniqueConstraint(
                fields=["hub", "user"],
                condition=Q(removed_at=None),
                name="early_warning_member_once",
                violation_error_message=_("The person is in the team already."),
            ),
            models.CheckConstraint(
                condition=~Q(added_by=F("user")),
                name="early_warning_added_by_another",
                violation_error_message=_("Nobody adds oneself to the Early Warning team. Ask a colleague."),
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None) | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="early_warning_removed_by_somebody",
                violation_error_message=_("It is said who removed the person, and when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class GuidanceCourseQuerySet(models.QuerySet["GuidanceCourse"]):
    def visible_to(self, actor: Actor) -> "GuidanceCourseQuerySet":
        """The records an actor may open: those of the own erhvervshus, and of Early Warning the team's alone.

        Early Warning is seen on the pages alone (may_be_in_team).
        """
        if not may(actor, "matching.view_guidance"):
            return self.none()
        rows = self.filter(hub_id__in=actor.organisation_ids)
        if not may_be_in_team(actor):
            return rows.without_early_warning()
        team = EarlyWarningMember.objects.standing().filter(hub=OuterRef("hub"), user=actor.user).order_by()
        return rows.filter(~Q(type=GuidanceType.EARLY_WARNING) | Exists(team))

    def without_early_warning(self) -> "GuidanceCourseQuerySet":
        """What leaves the page: files and the API hold none of it, whoever asks."""
        return self.exclude(type=GuidanceType.EARLY_WARNING)

    def told_to(self, actor: Actor) -> "GuidanceCourseQuerySet":
        """Of which the others of the area are told that the erhvervshus guides the company, and since when; no more."""
        if not may(actor, "matching.view_companies"):
            return self.none()
        return self.without_early_warning().standing().filter(hub__in=organisations_of_area(actor))

    def standing(self) -> "GuidanceCourseQuerySet":
        return self.filter(withdrawn_at=None)

    def with_line(self) -> "GuidanceCourseQuerySet":
        return self.select_related("company", "municipality", "adviser")

    def with_names(self) -> "GuidanceCourseQuerySet":
        """Everything that a page about a course names."""
        return self.select_related(
            "hub", "company__municipality", "municipality", "adviser", "contact", "production_unit",
            "registered_by", "withdrawn_by",
        )  # fmt: skip


class GuidanceCourse(models.Model):
    """A company is guided. Never deleted: undoing marks it withdrawn and reverses its fact."""

    # The erhvervshus it was registered for, frozen: people move.
    hub = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("erhvervshus"))
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="guidance_courses", verbose_name=_("company"), db_index=False
    )
    # The company's random key, kept here so that the record still agrees with its fact when the company is erased.
    subject = models.UUIDField()
    type = models.CharField(_("type"), max_length=20, choices=GuidanceType)
    main_theme = models.CharField(_("main theme"), max_length=20, choices=Theme)
    other_themes = ArrayField(
        models.CharField(max_length=20, choices=Theme), verbose_name=_("other themes"), blank=True, default=list
    )
    started_on = models.DateField(_("started on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    stage = models.CharField(_("how far"), max_length=12, choices=GuidanceStage, default=GuidanceStage.RUNNING)
    next_step_on = models.DateField(_("next step"), null=True, blank=True)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", verbose_name=_("municipality"))
    production_unit = models.ForeignKey(
        ProductionUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place of work")
    )
    contact = models.ForeignKey(
        ContactPerson, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contact person")
    )
    adviser = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("adviser"))
    note = models.TextField(_("note"), max_length=4000, blank=True, default="")
    # Had the erhvervshus guided the company before, when this was registered? Early Warning makes nobody a returning
    # company of another course: the mark would tell of it.
    returning = models.BooleanField(_("guided before"))
    evaluation_invited_on = models.DateField(_("invited to evaluate on"), null=True, blank=True)
    evaluation_by = models.CharField(_("evaluated by"), max_length=12, choices=EvaluationBy, blank=True, default="")
    revision = models.PositiveIntegerField(default=0)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("registered by"))
    registered_at = models.DateTimeField(_("registered"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=300, blank=True, default="")
    fictional = models.BooleanField(_("fictional"), default=False)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = GuidanceCourseQuerySet.as_manager()

    class Meta:
        ordering = ["-started_on", "-pk"]
        verbose_name = _("course of guidance")
        verbose_name_plural = _("courses of guidance")
        constraints = [
            models.CheckConstraint(
                condition=Q(type__in=GuidanceType.values),
                name="guidance_type_known",
                violation_error_message=_("Choose the type of the course."),
            ),
            models.CheckConstraint(
                condition=Q(main_theme__in=Theme.values) & Q(other_themes__contained_by=Theme.values),
                name="guidance_theme_known",
                violation_error_message=_("Choose themes from the list."),
            ),
            models.CheckConstraint(
                condition=Q(stage="running", ended_on=None)
                | Q(stage__in=["ended", "broken_off"], ended_on__isnull=False, next_step_on=None),
                name="guidance_over_says_when",
                violation_error_message=_("A course that is over says on which day, and has no next step."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="guidance_ended_after_start",
                violation_error_message=_("A course cannot end before it began."),
            ),
            models.CheckConstraint(
                condition=Q(evaluation_invited_on=None, evaluation_by="")
                | Q(
                    ended_on__isnull=False,
                    evaluation_invited_on__gte=F("ended_on"),
                    evaluation_by__in=EvaluationBy.values,
                ),
                name="guidance_evaluation_says_how",
                violation_error_message=_("An invitation to evaluate says how, and comes after the course has ended."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="guidance_withdrawn_by_somebody",
                violation_error_message=_("A withdrawn course says when and by whom."),
            ),
        ]
        indexes = [
            models.Index(fields=["hub", "-started_on", "-id"], name="guidance_newest"),
            models.Index(fields=["company", "hub"], name="guidance_of_company"),
            models.Index(fields=["updated_at", "id"], name="guidance_changed"),
            models.Index(fields=["started_on"], name="guidance_started"),
            models.Index(
                fields=["adviser", "next_step_on"], condition=Q(next_step_on__isnull=False), name="guidance_next_step"
            ),
            # From a fact to its record: the ledger knows the id as text.
            models.Index(Cast("id", models.TextField()), name="guidance_id_as_text"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def over(self) -> bool:
        return self.stage != GuidanceStage.RUNNING

    @property
    def registered_on(self) -> Any:
        """The Copenhagen day on which it was registered."""
        moment: datetime = self.registered_at
        return timezone.localdate(moment)


class GuidanceTransition(models.Model):
    """What has happened with a course, one row for each: never changed, only more is said."""

    class Kind(models.TextChoices):
        STARTED = "started", _("started")
        PLANNED = "planned", _("planned on")
        ENDED = "ended", _("ended")
        BROKEN_OFF = "broken_off", _("broken off")
        REFERRED = "referred", _("referred to a private adviser")
        REFERRAL_WITHDRAWN = "unreferred", _("referral taken back")
        INVITED = "invited", _("invited to evaluate")
        CORRECTED = "corrected", _("corrected")
        WITHDRAWN = "withdrawn", _("undone")

    course = models.ForeignKey(
        GuidanceCourse, models.PROTECT, related_name="transitions", verbose_name=_("course of guidance")
    )
    kind = models.CharField(_("what happened"), max_length=12, choices=Kind)
    day = models.DateField(_("day"))
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("registered by"))
    registered_at = models.DateTimeField(_("registered"), default=timezone.now)

    class Meta:
        verbose_name = _("what happened with a course of guidance")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "started", "planned", "ended", "broken_off", "referred", "unreferred", "invited", "corrected",
                        "withdrawn",
                    ]
                ),
                name="guidance_transition_known",
                violation_error_message=_("Choose what has happened."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["corrected", "unreferred"]) | Q(reason__regex=r"\S"),
                name="guidance_correction_says_why",
                violation_error_message=_("Write why the course is corrected."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.course_id} {self.kind} {self.day}"


class PrivateReferral(models.Model):
    """The company was led on to a private adviser: the erhvervshus does not compete with them."""

    course = models.ForeignKey(
        GuidanceCourse, models.PROTECT, related_name="referrals", verbose_name=_("course of guidance")
    )
    referred_on = models.DateField(_("referred on"))
    area = models.CharField(_("area"), max_length=20, choices=Theme)
    firm = models.CharField(_("private adviser"), max_length=160)
    revision = models.PositiveIntegerField(default=0)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("registered by"))
    registered_at = models.DateTimeField(_("registered"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("withdrawn by")
    )

    class Meta:
        ordering = ["referred_on", "pk"]
        verbose_name = _("referral to a private adviser")
        verbose_name_plural = _("referrals to private advisers")
        constraints = [
            models.CheckConstraint(
                condition=Q(area__in=Theme.values),
                name="private_referral_area_known",
                violation_error_message=_("Choose the area from the list."),
            ),
            models.CheckConstraint(
                condition=Q(firm__regex=r"\S"),
                name="private_referral_names_the_firm",
                violation_error_message=_("Write the name of the private adviser."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="private_referral_withdrawn_by_somebody",
                violation_error_message=_("A referral that was taken back says when and by whom."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class GuidanceExpectation(models.Model):
    """What the contract of a year expects of the guidance, as numbers to hold the figures against. It scores nothing:
    the goal itself lies in the result contract."""

    hub = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("erhvervshus"))
    year = models.PositiveSmallIntegerField(_("year"))
    growth_operation = models.PositiveIntegerField(_("growth and operation courses"), null=True, blank=True)
    short_early_warning = models.PositiveIntegerField(_("short courses and Early Warning"), null=True, blank=True)
    companies = models.PositiveIntegerField(_("guided companies, at most"), null=True, blank=True)
    source = models.CharField(_("where it is stated"), max_length=200)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("set by"))
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    class Meta:
        ordering = ["-year", "pk"]
        verbose_name = _("what a contract expects of the guidance")
        verbose_name_plural = _("what contracts expect of the guidance")
        constraints = [
            models.UniqueConstraint(
                fields=["hub", "year"],
                name="guidance_expectation_once",
                violation_error_message=_("It has been said of this year already. Change that."),
            ),
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2100),
                name="guidance_expectation_year",
                violation_error_message=_("Write a year with four digits, for example 2026."),
            ),
            models.CheckConstraint(
                condition=Q(source__regex=r"\S"),
                name="guidance_expectation_source",
                violation_error_message=_("Write where it is stated."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hub_id} {self.year}"
