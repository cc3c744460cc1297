"""Where money comes from: pools, budget agreements, grants and own frames, and the accounts they are booked on."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.geography.danish import Fold, SortKey
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.roles import OrganisationKind
from programmes.models.decisions import kroner
from programmes.models.initiatives import Initiative


class FundingSourceQuerySet(models.QuerySet["FundingSource"]):
    def visible_to(self, actor: Actor) -> "FundingSourceQuerySet":
        """Those of the person's area, and the state's: what public money is set aside for is open."""
        from programmes.scope import organisations_of_area

        return self.filter(Q(owner__in=organisations_of_area(actor)) | Q(owner__kind=OrganisationKind.STATE_AGENCY))

    def kept_by(self, actor: Actor) -> "FundingSourceQuerySet":
        """Those whose money the person's own organisation keeps."""
        return self.filter(owner__in=actor.organisation_ids)


class FundingSource(models.Model):
    """A pool, a budget agreement, a grant or an own frame. Its yearly frames are its budget (`BudgetLine`)."""

    class Kind(models.TextChoices):
        POOL = "pool", _("pool")
        AGREEMENT = "agreement", _("budget agreement")
        GRANT = "grant", _("grant from outside")
        OWN_FRAME = "own_frame", _("own frame")
        EARLIER = "earlier", _("set aside earlier")

    class Status(models.TextChoices):
        IDEA = "idea", _("to be sought")
        SOUGHT = "sought", _("sought")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")
        ACTIVE = "active", _("in use")
        CLOSED = "closed", _("closed")

    class Way(models.TextChoices):
        """How money from outside was had."""

        APPLICATION = "application", _("application")
        SUPPLEMENT = "supplement", _("supplementary application")
        DIRECT = "direct", _("direct grant")
        TENDER = "tender", _("tender won")

    key = models.SlugField(_("key"), max_length=60, unique=True)
    """Stands in the facts, so it never changes."""
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    way = models.CharField(_("how it was had"), max_length=12, choices=Way, blank=True, default="")
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="funding_sources", verbose_name=_("kept by"))
    heading = models.OneToOneField("ledger.Heading", models.PROTECT, related_name="funding_source", editable=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    funder = models.CharField(_("who gives it"), max_length=160, blank=True, default="")
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    sought = kroner(_("sought (kroner)"), null=True, blank=True)
    granted = kroner(_("granted (kroner)"), null=True, blank=True)
    deadline = models.DateField(_("deadline for applying"), null=True, blank=True)
    answered_on = models.DateField(_("answered"), null=True, blank=True)
    eligibility = models.TextField(_("what it may be used for"), blank=True, default="")
    rate_of = models.PositiveIntegerField(_("support rate: parts"), null=True, blank=True)
    rate_in = models.PositiveIntegerField(_("support rate: of"), null=True, blank=True)
    """The highest share it pays, as numerator and denominator: 50 of 100."""
    co_financing = models.TextField(_("rules for co-financing"), blank=True, default="")
    asks_timesheets = models.BooleanField(_("asks for timesheets"), default=False)
    price_year = models.PositiveSmallIntegerField(_("prices of the year"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    fictional = models.BooleanField(_("fictional"), default=False)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched
    sort_key = models.GeneratedField(
        expression=SortKey("name"), output_field=models.TextField(db_collation="C"), db_persist=True
    )
    folded_name = models.GeneratedField(expression=Fold("name"), output_field=models.TextField(), db_persist=True)

    objects = FundingSourceQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "pk"]
        verbose_name = _("funding source")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="funding_source_named_once",
                violation_error_message=_("The organisation already has a funding source with that name."),
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="funding_source_ends_after_it_begins",
                violation_error_message=_("The end must not be before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(rate_of=None, rate_in=None)
                | Q(rate_of__isnull=False, rate_in__isnull=False, rate_in__gt=0, rate_of__lte=F("rate_in")),
                name="funding_source_rate_is_a_share",
                violation_error_message=_("A support rate is between 0 and 100 percent."),
            ),
            models.CheckConstraint(
                condition=(Q(sought=None) | Q(sought__gte=0)) & (Q(granted=None) | Q(granted__gte=0)),
                name="funding_source_amounts_from_zero",
                violation_error_message=_("An amount sought or granted is not below zero."),
            ),
            models.CheckConstraint(
                condition=~Q(status="refused") | Q(granted=None),
                name="funding_source_refused_gives_nothing",
                violation_error_message=_("What was refused has no granted amount."),
            ),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="funding_source_changed")]

    def __str__(self) -> str:
        return self.name


class Account(models.Model):
    """An account of the finance system, in its parts, and what is booked on it: a source and perhaps an initiative.

    hovedkonto.hovedfunktion.funktion.dranst.ejerforhold.gruppering, for example 06.48.67.1.0.001. The parts are text:
    leading zeros count.
    """

    PARTS = ("main_account", "main_function", "function", "dranst", "ownership", "grouping")

    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="accounts", verbose_name=_("organisation"))
    main_account = models.CharField(_("main account"), max_length=2)
    main_function = models.CharField(_("main function"), max_length=2)
    function = models.CharField(_("function"), max_length=2)
    dranst = models.CharField(_("dranst"), max_length=1, blank=True, default="")
    ownership = models.CharField(_("ownership"), max_length=1, blank=True, default="")
    grouping = models.CharField(_("grouping"), max_length=3, blank=True, default="")
    further = models.CharField(_("own digits"), max_length=20, blank=True, default="")
    """What an organisation's own chart of accounts has after the authorised parts."""
    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    funding_source = models.ForeignKey(
        FundingSource, models.PROTECT, related_name="accounts", verbose_name=_("funding source")
    )
    initiative = models.ForeignKey(
        Initiative, models.PROTECT, null=True, blank=True, related_name="accounts", verbose_name=_("initiative")
    )
    digits = models.GeneratedField(
        expression=models.Func(
            *(models.F(name) for name in (*PARTS, "further")),
            function="",
            arg_joiner=" || ",
            template="(%(expressions)s)",
        ),
        output_field=models.CharField(max_length=40),
        db_persist=True,
    )
    """All parts without dots: how a file's account is recognised, however it is written there."""

    class Meta:
        ordering = ["owner_id", "digits"]
        verbose_name = _("account")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "digits"],
                name="account_once",
                violation_error_message=_("The account is there already."),
            ),
            models.CheckConstraint(
                condition=Q(main_account__regex=r"^[0-9]{2}$", main_function__regex=r"^[0-9]{2}$")
                & Q(function__regex=r"^[0-9]{2}$", dranst__regex=r"^[0-9]?$", ownership__regex=r"^[0-9]?$")
                & Q(grouping__regex=r"^([0-9]{3})?$", further__regex=r"^[0-9]*$"),
                name="account_parts_are_digits",
                violation_error_message=_("Write an account like 06.48.67.1.0.001."),
            ),
        ]

    def __str__(self) -> str:
        return self.written

    @property
    def written(self) -> str:
        """With dots between the parts: 06.48.67.1.0.001."""
        return ".".join(part for name in (*self.PARTS, "further") if (part := getattr(self, name)))


class PriceIndex(models.Model):
    """A factor that carries amounts from the prices of the year before to those of `year` (p/l-fremskrivning)."""

    year = models.PositiveSmallIntegerField(_("to the prices of"))
    kind = models.CharField(_("kind of expense"), max_length=60, blank=True, default="")
    factor = models.DecimalField(_("factor"), max_digits=9, decimal_places=6)
    source = models.CharField(_("source"), max_length=200)
    valid_from = models.DateField(_("known from"))

    class Meta:
        ordering = ["year", "kind", "-valid_from"]
        verbose_name = _("price index")
        constraints = [
            models.UniqueConstraint(
                fields=["year", "kind", "valid_from"],
                name="price_index_once",
                violation_error_message=_("There is a factor for that year, kind and day already."),
            ),
            models.CheckConstraint(
                condition=Q(factor__gt=0),
                name="price_index_above_zero",
                violation_error_message=_("A factor is above zero, for example 1.035."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.kind} {self.factor}"
