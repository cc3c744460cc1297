"""What the register of companies says, as it is kept: what stands now, what it has said, and its places of work."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.geography.models import Municipality


class Status(models.TextChoices):
    """Our own reading of the register's words, which stand beside it."""

    ACTIVE = "active", _("active")
    WINDING_UP = "winding_up", _("being wound up")
    CEASED = "ceased", _("ceased")
    UNKNOWN = "unknown", _("unknown")


class Classification(models.TextChoices):
    """Which list an industry code is from. The same six digits may mean something else in another one."""

    DB03 = "DB03", "DB03"
    DB07 = "DB07", "DB07"
    DB25 = "DB25", "DB25"


class FromRegister(models.Model):
    """What the register says alike of a company and of a place of work. `register_id` is its own number of a unit."""

    register_id = models.BigIntegerField(_("the register's own number"), null=True, blank=True)
    industry_code = models.CharField(_("industry code"), max_length=6, blank=True, default="", db_default="")
    industry_version = models.CharField(
        _("list of the industry code"), max_length=4, choices=Classification, blank=True, default="", db_default=""
    )
    industry = models.CharField(_("industry"), max_length=160, blank=True, default="")
    ceased_on = models.DateField(_("ceased"), null=True, blank=True)
    register_updated_at = models.DateTimeField(_("changed in the register"), null=True, blank=True)
    fetched_on = models.DateField(_("fetched from the register"), null=True, blank=True)

    class Meta:
        abstract = True


def industry_constraints(prefix: str) -> list[models.CheckConstraint]:
    """The same of companies and places of work, each under a name of its own."""
    return [
        models.CheckConstraint(
            condition=Q(industry_code="") | Q(industry_code__regex=r"^[0-9]{6}$"),
            name=f"{prefix}_industry_six_digits",
            violation_error_message=_("An industry code has six digits."),
        ),
        models.CheckConstraint(
            condition=Q(industry_version="") | (Q(industry_version__in=Classification.values) & ~Q(industry_code="")),
            name=f"{prefix}_industry_version_known",
            violation_error_message=_("Choose the list that the industry code is from."),
        ),
    ]


class ProductionUnit(FromRegister):
    """A place of work ("P-enhed"). Where a match is counted follows from it, not from the head office."""

    company = models.ForeignKey(
        "matching.Company", models.CASCADE, related_name="production_units", verbose_name=_("company")
    )
    number = models.CharField(_("P-number"), max_length=10, unique=True)
    name = models.CharField(_("name"), max_length=160, blank=True, default="")
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("municipality")
    )
    address = models.CharField(_("address"), max_length=160, blank=True, default="")
    postal_code = models.CharField(_("postal code"), max_length=4, blank=True, default="")
    city = models.CharField(_("city"), max_length=60, blank=True, default="")
    head = models.BooleanField(_("head unit"), default=False)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    class Meta:
        ordering = ["company_id", "-head", "number"]
        verbose_name = _("place of work")
        verbose_name_plural = _("places of work")
        constraints = [
            models.CheckConstraint(
                condition=Q(number__regex=r"^[0-9]{10}$"),
                name="unit_number_ten_digits",
                violation_error_message=_("A P-number has ten digits."),
            ),
            models.UniqueConstraint(
                fields=["register_id"],
                condition=Q(register_id__isnull=False),
                name="unit_register_id_once",
                violation_error_message=_("There is already a place of work with this number of the register's own."),
            ),
            models.UniqueConstraint(
                fields=["company"],
                condition=Q(head=True, ceased_on=None),
                name="unit_one_head",
                violation_error_message=_("A company has one head unit."),
            ),
            *industry_constraints("unit"),
        ]

    def __str__(self) -> str:
        return self.name or self.number

    @property
    def shown_address(self) -> str:
        """Street and place in one line, as much as is known."""
        town = " ".join(part for part in (self.postal_code, self.city) if part)
        return ", ".join(part for part in (self.address, town) if part)


class RegisterEntry(models.Model):
    """Something the register says or has said, from when to when it says so, and since when we know.

    Nothing is written over: what it says otherwise today is another row, and the former one is known until then.
    """

    class Attribute(models.TextChoices):
        NAME = "name", _("name")
        STATUS = "status", _("status in the register")
        FORM = "form", _("company form")
        INDUSTRY = "industry", _("industry")
        ADDRESS = "address", _("address")
        EMPLOYEES = "employees", _("employees")
        ADVERTISING = "advertising", _("protected against advertising")

    company = models.ForeignKey(
        "matching.Company", models.CASCADE, related_name="register_entries", verbose_name=_("company")
    )
    attribute = models.CharField(_("what"), max_length=12, choices=Attribute)
    code = models.CharField(_("code"), max_length=40, blank=True, default="")
    value = models.CharField(_("content"), max_length=400, blank=True, default="")
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("to"), null=True, blank=True)
    known_from = models.DateTimeField(_("known since"), db_default=Now())
    known_to = models.DateTimeField(_("known until"), null=True, blank=True)

    class Meta:
        ordering = ["company_id", "attribute", "-valid_from", "-pk"]
        verbose_name = _("entry of the register")
        verbose_name_plural = _("entries of the register")
        constraints = [
            models.CheckConstraint(
                condition=Q(attribute__in=[
                    "name", "status", "form", "industry", "address", "employees", "advertising"
                ]),
                name="register_entry_attribute_known",
                violation_error_message=_("Choose what the register says something about."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="register_entry_period",
                violation_error_message=_("The end must not be before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(known_to=None) | Q(known_to__gte=F("known_from")),
                name="register_entry_known",
                violation_error_message=_("The end must not be before the beginning."),
            ),
            models.UniqueConstraint(
                fields=["company", "attribute", "code", "value", "valid_from", "valid_to"],
                condition=Q(known_to=None),
                nulls_distinct=False,
                name="register_entry_once",
                violation_error_message=_("The register's entry is here already."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.attribute}: {self.value or self.code}"


class RegisterProgress(models.Model):
    """How far the refreshing of companies has come: a job that was cut off goes on from here. One row at most."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    after = models.BigIntegerField(_("companies up to"), default=0)
    asked_at = models.DateTimeField(_("last asked"), null=True, blank=True)
    problem = models.CharField(_("what was wrong"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("refreshing from the register")
        constraints = [
            models.CheckConstraint(
                condition=Q(id=1), name="register_progress_one_row", violation_error_message=_("There is one row.")
            )
        ]

    def __str__(self) -> str:
        return f"{self.after}"
