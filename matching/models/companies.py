"""Companies as the register knows them, and those we only know by name so far."""

from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from matching.expressions import CvrHolds
from matching.models.register import FromRegister, ProductionUnit, Status, industry_constraints
from portal.geography.danish import Fold, SortKey
from portal.geography.models import Municipality
from portal.identity.actor import Actor
from portal.identity.rights import may
from portal.ui import formats

LEGAL_FORMS = ("a/s", "aps", "i/s", "k/s", "p/s", "ivs", "amba", "fmba", "smba")
LEGAL_FORM = rf"\s+({'|'.join(LEGAL_FORMS)}|a\.m\.b\.a\.?)\.?$"
"""What says nothing of whether two names mean the same company; read alike by Python and Postgres. "Holding" is none: a
company and the one that holds it are two."""
CORE = Func(F("folded_name"), Value(LEGAL_FORM), Value(""), function="regexp_replace", output_field=models.TextField())
"""The folded name without its legal form, as it is indexed (matching.companies.core)."""


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

    def standing(self) -> "CompanyQuerySet":
        """Those that have not been merged into another one, nor been erased."""
        return self.filter(merged_into=None, erased_at=None)

    def waiting(self) -> "CompanyQuerySet":
        """The queue: those without a CVR number, to be matched with the register."""
        return self.standing().filter(cvr=None)

    def outreach(self) -> "CompanyQuerySet":
        """Those that may be approached unasked. The law protects who has asked the register for it, and a company that
        has ceased is not there to be approached."""
        free = self.standing().filter(advertising_protected=False, restricted_at=None)
        return free.exclude(status=Status.CEASED)


class Company(FromRegister):
    """A company. Without a CVR number it has a name and a municipality, and is matched with the register later.

    `first_highly_educated` is ours: whether the company had nobody with a higher education before, as it answered when
    an adviser asked. All else the register says, where it knows the company.
    """

    cvr = models.CharField(_("CVR number"), max_length=8, null=True, blank=True, unique=True)
    name = models.CharField(_("name"), max_length=160)
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, verbose_name=_("municipality"), related_name="+"
    )
    address = models.CharField(_("address"), max_length=160, blank=True, default="")
    postal_code = models.CharField(_("postal code"), max_length=4, blank=True, default="")
    city = models.CharField(_("city"), max_length=60, blank=True, default="")
    employees = models.CharField(_("employees"), max_length=12, choices=Employees, blank=True, default="")
    other_names = models.TextField(_("secondary names"), blank=True, default="", db_default="")  # one a line
    form_code = models.PositiveSmallIntegerField(_("code of the company form"), null=True, blank=True)
    form = models.CharField(_("company form"), max_length=120, blank=True, default="", db_default="")
    status = models.CharField(
        _("status in the register"), max_length=12, choices=Status, default=Status.UNKNOWN, db_default=Status.UNKNOWN
    )
    status_text = models.CharField(
        _("status, in the register's words"), max_length=80, blank=True, default="", db_default=""
    )
    advertising_protected = models.BooleanField(_("protected against advertising"), default=False, db_default=False)
    first_highly_educated = models.BooleanField(_("first highly educated employee"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        db_index=False,
        verbose_name=_("merged into"),
    )
    fictional = models.BooleanField(_("fictional"), default=False)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)
    """What told of it is gone; its matches still count."""
    restricted_at = models.DateTimeField(_("use stopped"), null=True, blank=True, editable=False)
    """It has asked that the use of what is held stops: it is not approached, and no match is registered with it."""
    key = models.UUIDField(db_default=RandomUUID(), editable=False)
    """By which the file of erasures names it: random, and in every dump since the row was made."""
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
                condition=Q(cvr__isnull=False) | Q(municipality__isnull=False) | Q(erased_at__isnull=False),
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
            *industry_constraints("company"),
            models.CheckConstraint(
                condition=Q(status__in=Status.values),
                name="company_status_known",
                violation_error_message=_("The status is active, being wound up, ceased or unknown."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("pk")),
                name="company_merged_into_another",
                violation_error_message=_("A company is merged into another one."),
            ),
            models.UniqueConstraint(
                fields=["register_id"],
                condition=Q(register_id__isnull=False),
                name="company_register_id_once",
                violation_error_message=_("There is already a company with this number of the register's own."),
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
            GinIndex(OpClass(Fold("other_names"), name="gin_trgm_ops"), name="company_other_name_trigrams"),
            models.Index(CORE, name="company_core"),
            models.Index(fields=["updated_at", "id"], name="company_changed"),
            models.Index(fields=["sort_key", "id"], name="company_by_name"),
            models.Index(fields=["industry_code", "sort_key", "id"], name="company_by_industry"),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="company_merged"),
        ]

    @cached_property
    def places_of_work(self) -> "list[ProductionUnit]":
        """Those that the register knows and that have not ceased, the head unit first; read once."""
        return list(self.production_units.filter(ceased_on=None).order_by("-head", "number"))

    @property
    def use_stopped(self) -> bool:
        """Has it asked that its data are not used (GDPR article 18)?"""
        return self.restricted_at is not None

    @property
    def in_use(self) -> bool:
        """False of one that is erased, or has asked that its data are not used."""
        return self.erased_at is None and not self.use_stopped

    def __str__(self) -> str:
        return self.name

    @property
    def shown_cvr(self) -> str:
        return formats.cvr(self.cvr) if self.cvr else ""

    @property
    def secondary_names(self) -> list[str]:
        return self.other_names.splitlines()

    @property
    def shown_address(self) -> str:
        """Street and place in one line, as much as is known. Needs `municipality` selected."""
        town = " ".join(part for part in (self.postal_code, self.city) if part)
        if not town and self.municipality is not None:
            town = self.municipality.name
        return ", ".join(part for part in (self.address, town) if part)
