"""What else may be said of a match: its course, whom it is about in number and kind, whence it comes, how it counts.

All of it is optional. `Match` inherits it, so that the record is one row.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from matching.models.counting import CountingRule
from matching.models.reference import BreakReason, Scheme

MOST_STUDENTS = 500
"""A larger group is a slip of the finger."""


class Stage(models.TextChoices):
    """How far the match has come, as far as somebody has said."""

    AGREED = "agreed", _("agreed, not started")
    STARTED = "started", _("started")
    ENDED = "ended", _("ended")
    BROKEN_OFF = "broken_off", _("broken off")


class EducationLevel(models.TextChoices):
    SHORT = "kvu", _("short higher education (KVU)")
    MEDIUM = "mvu", _("medium higher education (MVU)")
    LONG = "lvu", _("long higher education (LVU)")


class MoreOfMatch(models.Model):
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    broken_off_on = models.DateField(_("broken off on"), null=True, blank=True)
    broken_off_reason = models.ForeignKey(
        BreakReason, models.PROTECT, null=True, blank=True, db_index=False, related_name="+",
        verbose_name=_("why it was broken off"),
    )  # fmt: skip
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.AGREED, db_default=Stage.AGREED)
    students = models.PositiveSmallIntegerField(_("number of students"), null=True, blank=True)
    # It never goes into the ledger: what a person is, is nobody's business who may not open the record.
    education_level = models.CharField(
        _("education level"), max_length=3, choices=EducationLevel, blank=True, default="", db_default=""
    )
    scheme = models.ForeignKey(
        Scheme, models.PROTECT, null=True, blank=True, db_index=False, related_name="+", verbose_name=_("scheme used")
    )
    # The trade fair or the matchmaking day where they met; several matches may name the same.
    event = models.CharField(_("event"), max_length=160, blank=True, default="", db_default="")
    attested_by = models.CharField(_("who said so"), max_length=160, blank=True, default="", db_default="")
    attested_on = models.DateField(_("said on"), null=True, blank=True)
    source_system = models.CharField(_("source system"), max_length=60, blank=True, default="", db_default="")
    external_key = models.CharField(
        _("key in the source system"), max_length=120, blank=True, default="", db_default=""
    )
    # Not a key to the unit: it may be said before the register is read, and stays what it was when the unit moves.
    p_number = models.CharField(_("P-number"), max_length=10, blank=True, default="", db_default="")
    follows = models.ForeignKey(
        "matching.Match", models.PROTECT, null=True, blank=True, db_index=False, related_name="followed_by",
        verbose_name=_("grew out of"),
    )  # fmt: skip
    # How it counts, as the rule said when it was registered; null and 1 are as it always was: by the day of agreement.
    rule = models.ForeignKey(
        CountingRule, models.PROTECT, null=True, blank=True, db_index=False, related_name="+",
        verbose_name=_("counting rule"),
    )  # fmt: skip
    counted_on = models.DateField(_("counted on"), null=True, blank=True)
    counted_as = models.PositiveSmallIntegerField(_("counts as"), default=1, db_default=1)

    class Meta:
        abstract = True


RULES = [
    models.CheckConstraint(
        condition=Q(starts_on=None) | Q(starts_on__gte=F("agreed_on")),
        name="match_starts_when_agreed",
        violation_error_message=_("A match cannot start before it was agreed."),
    ),
    models.CheckConstraint(
        condition=Q(ends_on=None)
        | Q(starts_on=None, ends_on__gte=F("agreed_on"))
        | Q(starts_on__isnull=False, ends_on__gte=F("starts_on")),
        name="match_ends_after_it_starts",
        violation_error_message=_("The end must not be before the beginning."),
    ),
    models.CheckConstraint(
        condition=Q(broken_off_on=None)
        | (Q(broken_off_on__gte=F("agreed_on")) & (Q(ends_on=None) | Q(broken_off_on__lte=F("ends_on")))),
        name="match_broken_off_in_its_course",
        violation_error_message=_("A match is broken off after it was agreed and before it was to end."),
    ),
    models.CheckConstraint(
        condition=Q(broken_off_on=None, broken_off_reason=None)
        | Q(broken_off_on__isnull=False, broken_off_reason__isnull=False),
        name="match_broken_off_says_why",
        violation_error_message=_("A match that was broken off says when and why."),
    ),
    models.CheckConstraint(
        condition=(Q(stage="agreed") & Q(broken_off_on=None))
        | Q(stage="started", starts_on__isnull=False, broken_off_on=None)
        | Q(stage="ended", ends_on__isnull=False, broken_off_on=None)
        | Q(stage="broken_off", broken_off_on__isnull=False),
        name="match_stage_has_its_day",
        violation_error_message=_("How far a match has come and its days must say the same."),
    ),
    models.CheckConstraint(
        condition=Q(students=None) | Q(students__range=(1, MOST_STUDENTS)),
        name="match_students_in_number",
        violation_error_message=_("Write how many students, from 1 to 500."),
    ),
    models.CheckConstraint(
        condition=Q(education_level__in=["", *EducationLevel.values]),
        name="match_education_level_known",
        violation_error_message=_("Choose the level from the list."),
    ),
    models.CheckConstraint(
        condition=Q(attested_by="", attested_on=None)
        | (~Q(attested_by="") & Q(attested_on__isnull=False, on_behalf_of__isnull=False)),
        name="match_attested_whole",
        violation_error_message=_("Say who said so and when, of a match that is registered on behalf of somebody."),
    ),
    models.CheckConstraint(
        condition=Q(source_system="", external_key="") | (~Q(source_system="") & ~Q(external_key="")),
        name="match_key_of_a_system",
        violation_error_message=_("A key in another system says which system."),
    ),
    models.CheckConstraint(
        condition=Q(p_number="") | Q(p_number__regex=r"^[0-9]{10}$"),
        name="match_p_number_ten_digits",
        violation_error_message=_("A P-number has ten digits."),
    ),
    models.CheckConstraint(
        condition=Q(follows=None) | ~Q(follows=F("id")),
        name="match_follows_another",
        violation_error_message=_("A match does not grow out of itself."),
    ),
    models.CheckConstraint(
        condition=Q(counted_as__gte=1),
        name="match_counts_as_one_or_more",
        violation_error_message=_("A match counts as one or more."),
    ),
    models.UniqueConstraint(
        fields=["programme", "source_system", "external_key"],
        condition=Q(withdrawn_at=None) & ~Q(source_system=""),
        name="match_external_key_once",
        violation_error_message=_("The key belongs to another match of the programme."),
    ),
]
"""Constraints of the table. That a match follows one of the same company, agreed earlier or the same day and in no
circle, is held by a trigger (migrations/sql/course.sql)."""
