"""Match types (the seven of the programme's match palette) and work areas (a list that can be edited)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.ui import formats


class _Named(models.Model):
    """A row with a Danish and an English name; the screen shows the one of the active language."""

    code = models.CharField(_("code"), max_length=40, primary_key=True)
    name = models.CharField(_("Danish name"), max_length=60, unique=True)
    name_en = models.CharField(_("English name"), max_length=60)
    order = models.PositiveSmallIntegerField(_("order"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.name_en if formats.language() == "en" else self.name


class MatchType(_Named):
    class Kind(models.TextChoices):
        STUDENT = "student", _("student match")
        JOB = "job", _("job match")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)

    class Meta:
        ordering = ["order", "code"]
        verbose_name = _("match type")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["student", "job"]),
                name="match_type_kind_known",
                violation_error_message=_("A match type is a student match or a job match."),
            )
        ]


class WorkArea(_Named):
    """The sources have no list of work areas: `constructed` says that we made this one up."""

    active = models.BooleanField(_("can be chosen"), default=True)
    constructed = models.BooleanField(_("constructed"), default=False)

    class Meta:
        ordering = ["order", "code"]
        verbose_name = _("work area")


class BreakReason(_Named):
    """Why a match came to nothing: the barriers that the project description of Vækst Via Viden 2.0 names, and more."""

    active = models.BooleanField(_("can be chosen"), default=True)

    class Meta:
        ordering = ["order", "code"]
        verbose_name = _("reason for breaking off")


class Scheme(_Named):
    """A scheme that helped pay for the match, or none; a list that can be edited."""

    active = models.BooleanField(_("can be chosen"), default=True)

    class Meta:
        ordering = ["order", "code"]
        verbose_name = _("scheme")
