"""What is said of people out of lists: the level and field of an education (DISCED-15), and competences."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from matching.models.more import EducationLevel
from matching.models.reference import _Named


class Level(models.TextChoices):
    """The levels of DISCED-15, Danmarks Statistik's classification of educations."""

    PRIMARY = "H10", _("primary school")
    PREPARING = "H15", _("preparatory education")
    SECONDARY = "H20", _("upper secondary education")
    VOCATIONAL_BASIC = "H29", _("vocational education, basic course")
    VOCATIONAL = "H30", _("vocational education")
    ACCESS = "H35", _("course that gives access to higher education")
    SHORT = "H40", _("short higher education (KVU)")
    MEDIUM = "H50", _("medium higher education (MVU)")
    BACHELOR = "H60", _("bachelor of a university")
    LONG = "H70", _("long higher education (LVU)")
    DOCTOR = "H80", _("Ph.D. and education of researchers")
    UNKNOWN = "H90", _("not stated")


LENGTHS = {
    Level.SHORT: EducationLevel.SHORT,
    Level.MEDIUM: EducationLevel.MEDIUM,
    Level.BACHELOR: EducationLevel.MEDIUM,
    Level.LONG: EducationLevel.LONG,
    Level.DOCTOR: EducationLevel.LONG,
}
"""The three lengths that the programmes count by. They name no place for a bachelor of a university: it is put with
the medium ones, as it is in length."""


def is_higher(level: str) -> bool:
    """Is somebody with an education of that level highly educated, as this installation draws the line?"""
    return settings.HIGHLY_EDUCATED_FROM <= level < Level.UNKNOWN


def higher_levels() -> list[tuple[str, str]]:
    """The levels that make somebody highly educated: what forms offer."""
    return [(level.value, str(level.label)) for level in Level if is_higher(level)]


class EducationField(_Named):
    """A field of education (fagområde): the two digits that follow the level in DISCED-15, as H7039 has them."""

    levels = models.CharField(_("levels"), max_length=60, blank=True, default="")

    class Meta:
        ordering = ["order", "code"]
        verbose_name = _("field of education")
