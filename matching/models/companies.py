"""Companies as the register knows them, and those we only know by name so far."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from matching.expressions import CvrHolds
from portal.geography.danish import Fold, SortKey
from portal.geography.models import Municipality
from portal.identity.actor import Actor
from portal.identity.rights import may
from portal.ui import formats


class Employees(models.TextChoices):
    """The register's intervals. `ANTAL_50_99` there is `50_99` here."""

    NONE = "0_0", _("no employees")
    ONE = "1_1", _("1 employee")
    FROM_2 = "2_4", _("2-4 employees")
    FROM_5 = "5_9", _("5-9 employees")
    FROM_10 = "10_19", _("10-19 employees")
    FROM_20 = "20_49", _("20-49 employees")
    FROM_50 = "50_99", _("50-99 employees")
    FROM_100 = "100_199", _("100-199 employees")
    FROM_200 = "200_499", _("200-499 employees")
    FROM_500 = "500_999", _("500-999 employees")
    FROM_1000 = "1000_999999", _("1,000 employees or more")


class CompanyQuerySet(models.QuerySet["Company"]):
    def visible_to(self, actor: Actor) -> "CompanyQuerySet":
        """Companies' register data are seen by everybody who works with matches, whole."""
        return self.all() if may(actor, "matching.view_companies") else self.none()


class Company(models.Model):
    """A company. Without a CVR number it has a name and a municipality, and is matched with the register later."""

    cvr = models.CharField(_("CVR number"), max_length=8, null=True, blank=True, unique=True)
    name = models.CharField(_("name"), max_length=160)
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, verbose_name=_("municipality"), related_name="+"
    )
    address = models.CharField(_("address"), max_length=160, blank=True, default="")
    postal_code = models.CharField(_("postal code"), max_length=4, blank=True, default="")
    city = models.CharField(_("city"), max_length=60, blank=True, default="")
    employees = models.CharField(_("employees"), max_length=12, choices=Employees, blank=True, default="")
    industry = models.CharField(_("industry"), max_length=160, blank=True, default="")
    fetched_on = models.DateField(_("fetched from the register"), null=True, blank=True)
    fictional = models.BooleanField(_("fictional"), default=False)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched
    sort_key = models.GeneratedField(
        expression=SortKey("name"), output_field=models.TextField(db_collation="C"), db_persist=True
    )
    folded_name = models.GeneratedField(expression=Fold("name"), output_field=models.TextField(), db_persist=True)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "pk"]
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        constraints = [
            models.CheckConstraint(
                condition=CvrHolds("cvr"),
                name="company_cvr_holds",
                violation_error_message=_("This is not a CVR number: it has eight digits, and one of them is wrong."),
            ),
            models.CheckConstraint(
                condition=Q(cvr__isnull=False) | Q(municipality__isnull=False),
                name="company_cvr_or_municipality",
                violation_error_message=_("Choose the municipality of a company that has no CVR number."),
            ),
            models.CheckConstraint(
                condition=Q(name__regex=r"\S"),
                name="company_has_a_name",
                violation_error_message=_("Enter the company's name."),
            ),
            models.CheckConstraint(
                condition=Q(fictional=False) | Q(cvr=None) | Q(cvr__startswith="99"),
                name="company_fictional_number",
                violation_error_message=_("A fictional company has a number that begins with 99."),
            ),
            models.CheckConstraint(
                condition=Q(employees__in=["", *Employees.values]),
                name="company_employees_known",
                violation_error_message=_("Choose one of the register's intervals."),
            ),
            models.UniqueConstraint(
                fields=["folded_name", "municipality"],
                condition=Q(cvr=None),
                name="company_without_cvr_once",
                violation_error_message=_("There is already a company of this name without a CVR number here."),
            ),
        ]
        indexes = [
            GinIndex(fields=["folded_name"], opclasses=["gin_trgm_ops"], name="company_name_trigrams"),
            models.Index(fields=["updated_at", "id"], name="company_changed"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_cvr(self) -> str:
        return formats.cvr(self.cvr) if self.cvr else ""

    @property
    def shown_address(self) -> str:
        """Street and place in one line, as much as is known. Needs `municipality` selected."""
        town = " ".join(part for part in (self.postal_code, self.city) if part)
        if not town and self.municipality is not None:
            town = self.municipality.name
        return ", ".join(part for part in (self.address, town) if part)
