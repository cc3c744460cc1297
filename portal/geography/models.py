"""Municipalities and dated areas. Codes are the four-digit ones; other styles convert at the edge."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from portal.geography.danish import SortKey


class Municipality(models.Model):
    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", _("municipality")
        OTHER = "other", _("not a municipality")

    code = models.CharField(_("code"), max_length=4, primary_key=True)
    name = models.CharField(_("name"), max_length=60)
    official_name = models.CharField(_("official name"), max_length=80)
    kind = models.CharField(max_length=20, choices=Kind)
    sort_key = models.GeneratedField(
        expression=SortKey("name"), output_field=models.TextField(db_collation="C"), db_persist=True
    )

    class Meta:
        ordering = ["sort_key"]
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^\d{4}$"),
                name="municipality_code_four_digits",
                violation_error_message=_("A municipality code has four digits."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def register_code(self) -> int:
        """The code as the company register writes it: 851 for 0851."""
        return int(self.code)


class Area(models.Model):
    """A region, a KKR area or the area of an erhvervshus."""

    class Kind(models.TextChoices):
        REGION = "region", _("region")
        KKR = "kkr", _("KKR")
        HUB = "erhvervshus", _("erhvervshus")

    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="area_named_once")]

    def __str__(self) -> str:
        return self.name


class DateRange(Func):
    """daterange(from, to, '[]'): both days belong to the period; null means open."""

    function = "daterange"
    output_field = DateRangeField()


class AreaMembershipQuerySet(models.QuerySet["AreaMembership"]):
    def on(self, day: date) -> "AreaMembershipQuerySet":
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


class AreaMembership(models.Model):
    """A municipality belongs to one area of each kind at a time; both dates are included."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="memberships")
    area = models.ForeignKey(Area, models.PROTECT, related_name="memberships")
    kind = models.CharField(max_length=20, choices=Area.Kind)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True, default="")

    objects = AreaMembershipQuerySet.as_manager()

    class Meta:
        ordering = ["municipality_id", "kind", "valid_from"]
        constraints = [
            ExclusionConstraint(
                name="one_area_of_a_kind_at_a_time",
                expressions=[
                    ("municipality", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (
                        DateRange("valid_from", "valid_to", models.Value("[]", output_field=models.TextField())),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("The municipality already belongs to an area of this kind in that period."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.area_id} {self.valid_from}"
