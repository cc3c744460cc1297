"""What whoever is registered has asked for, what is about to be too old, and numbers like CPR that were let through."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.identity.actor import Actor
from portal.identity.models import Organisation, User
from portal.identity.rights import may


class CaseQuerySet(models.QuerySet["PrivacyCase"]):
    def visible_to(self, actor: Actor) -> "CaseQuerySet":
        """Those of the reader's own organisation, for who keeps such cases: each controller answers for itself."""
        if actor.organisation is None or not may(actor, "privacy.view_cases"):
            return self.none()
        return self.filter(organisation__in=actor.organisation_ids)

    def waiting(self) -> "CaseQuerySet":
        return self.filter(answered_on=None)


class PrivacyCase(models.Model):
    """Somebody has asked. `subject_name` is emptied when they are erased; `subject_id` then leads to an empty row."""

    class Kind(models.TextChoices):
        ACCESS = "access", _("wants to know what is held")
        RECTIFICATION = "rectification", _("wants something mended")
        RESTRICTION = "restriction", _("wants the use of it stopped")
        ERASURE = "erasure", _("wants it erased")
        OBJECTION = "objection", _("objects to the use of it")

    kind = models.CharField(_("what is asked"), max_length=14, choices=Kind)
    subject_kind = models.CharField(_("who they are here"), max_length=40)
    subject_id = models.BigIntegerField()
    subject_name = models.CharField(_("who asks"), max_length=160, blank=True, default="")
    received_on = models.DateField(_("received"))
    due_on = models.DateField(_("to be answered by"))
    answered_on = models.DateField(_("answered"), null=True, blank=True)
    answer = models.CharField(_("what was done"), max_length=500, blank=True, default="")
    done: Any = models.JSONField(default=dict, blank=True)
    """What an erasure did: table → how many rows."""
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)
    restricted_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("handled by"))
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("opened by"))
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("case about a person's rights")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["access", "rectification", "restriction", "erasure", "objection"]),
                name="privacy_case_kind_known",
                violation_error_message=_("Choose what is asked."),
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("received_on")),
                name="privacy_case_due_after_received",
                violation_error_message=_("The deadline cannot be before the day it was received."),
            ),
            models.CheckConstraint(
                condition=Q(answered_on=None, answered_by=None, answer="")
                | Q(answered_on__gte=F("received_on"), answered_by__isnull=False, answer__regex=r"\S"),
                name="privacy_case_answered_whole",
                violation_error_message=_("An answered case says when, by whom and what was done."),
            ),
        ]
        indexes = [models.Index(fields=["due_on", "id"], name="privacy_case_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.received_on:%Y-%m-%d}"


class RetentionNotice(models.Model):
    """Rows of a table are about to be too old: said a while before, so that somebody can say no.

    `until` is the day that decides which rows: those whose last activity was on or before it. One open notice a table.
    """

    what = models.CharField(_("what"), max_length=100)
    """Label of the model and kind of whom: "matching.Person:person"."""
    until = models.DateField()
    number = models.PositiveIntegerField(_("rows"))
    warned_on = models.DateField(_("said on"))
    due_on = models.DateField(_("goes on"))
    postponed_to = models.DateField(_("kept until"), null=True, blank=True)
    postponed_reason = models.CharField(_("why it is kept"), max_length=300, blank=True, default="")
    postponed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kept by")
    )
    erased_at = models.DateTimeField(_("gone"), null=True, blank=True)
    erased_number = models.PositiveIntegerField(_("rows that went"), null=True, blank=True)
    problem = models.CharField(_("what stood in the way"), max_length=300, blank=True, default="")

    class Meta:
        ordering = ["-warned_on", "-pk"]
        verbose_name = _("notice of deletion")
        constraints = [
            models.UniqueConstraint(
                fields=["what"],
                condition=Q(erased_at=None),
                name="retention_notice_open_once",
                violation_error_message=_("It has been said already."),
            ),
            models.CheckConstraint(
                condition=Q(postponed_to=None, postponed_by=None, postponed_reason="")
                | Q(postponed_to__isnull=False, postponed_by__isnull=False, postponed_reason__regex=r"\S"),
                name="retention_notice_kept_says_why",
                violation_error_message=_("Say until when it is kept, and why."),
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("warned_on")),
                name="retention_notice_due_after_warned",
                violation_error_message=_("It goes after it has been said."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.due_on:%Y-%m-%d}"

    @property
    def goes_on(self) -> date:
        """The day it really goes: a longer keeping goes before."""
        return max(self.due_on, self.postponed_to) if self.postponed_to else self.due_on


class CprOverride(models.Model):
    """Somebody said that ten digits that look like a CPR number are none. The digits themselves stand nowhere."""

    field = models.CharField(_("field"), max_length=120)
    page = models.CharField(_("page"), max_length=200)
    reason = models.CharField(_("why it is no CPR number"), max_length=300)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), db_default=Now(), editable=False)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("number like a CPR number")
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__regex=r"\S"),
                name="cpr_override_says_why",
                violation_error_message=_("Say why it is no CPR number."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.pk}"
