"""A programme and its partners' roles. It has a Heading to which the facts point."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.geography.areas import municipalities_in
from portal.geography.models import Area, AreaMembership, DateRange, Municipality
from portal.identity.actor import Actor
from portal.identity.models import Organisation


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, actor: Actor) -> "ProgrammeQuerySet":
        """The programmes of the actor's area, and those of the whole country: no default view crosses areas.

        A person sees a programme when the own organisation owns it, has a part in it or leads an initiative of it, or
        lies in its area. A programme without an area is of the whole country, and everybody sees it: regional plans
        refer to it.
        """
        organisation = actor.organisation
        if organisation is None:
            return self.none()
        mine = Q(owner=organisation) | Q(roles__organisation_id__in=actor.organisation_ids) | Q(area=None)
        leads = Q(initiatives__lead_organisation_id__in=actor.organisation_ids)
        mine |= Q(pk__in=Programme.objects.filter(leads).order_by().values("pk"))
        if organisation.area_id:
            # A hub's or a region's own area and a KKR area are the same municipalities: areas that share one are one
            # here, as in programmes.scope.
            memberships = AreaMembership.objects.on(actor.on).order_by()
            places = memberships.filter(area=organisation.area_id).values("municipality")
            sharing = memberships.filter(municipality__in=places).values("area")
            mine |= Q(area=organisation.area_id) | Q(area__in=sharing)
        if organisation.municipality_id:
            mine |= Q(
                area__memberships__municipality=organisation.municipality_id,
                area__memberships__valid_from__lte=F("ends_on"),
            ) & (Q(area__memberships__valid_to=None) | Q(area__memberships__valid_to__gte=F("starts_on")))
        return self.filter(pk__in=Programme.objects.filter(mine).values("pk"))

    def running_first(self, on: date) -> "ProgrammeQuerySet":
        """Running ones first, the newest of them first of all."""
        running = models.Case(models.When(starts_on__lte=on, ends_on__gte=on, then=0), default=1)
        return self.order_by(running, "-starts_on", "pk")


class Programme(models.Model):
    class Kind(models.TextChoices):
        STRATEGY = "strategy", _("strategy")
        GROWTH_PLAN = "growth_plan", _("growth plan")
        BUSINESS_PLAN = "business_plan", _("business plan")
        JOINT_PROJECT = "joint_project", _("joint project")
        FRAMEWORK_AGREEMENT = "framework_agreement", _("framework agreement")
        GROWTH_TEAM = "growth_team", _("growth team")
        CAMPAIGN = "campaign", _("campaign")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        HEARING = "hearing", _("in hearing")
        APPROVED = "approved", _("approved")
        FINISHED = "finished", _("finished")

    name = models.CharField(_("name"), max_length=120, unique=True)
    short_name = models.CharField(_("short name"), max_length=40, blank=True, default="")
    slug = models.SlugField(unique=True)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    heading = models.OneToOneField("ledger.Heading", models.PROTECT, related_name="programme")
    owner = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("owner"), related_name="programmes")
    area = models.ForeignKey(
        Area, models.PROTECT, verbose_name=_("area"), related_name="programmes", null=True, blank=True
    )
    """None: the whole country."""
    status = models.CharField(
        _("status"), max_length=20, choices=Status, default=Status.APPROVED, db_default=Status.APPROVED
    )
    status_on = models.DateField(_("has the status since"), null=True, blank=True, editable=False)
    """The day its status was last changed here; None: it has the one it was made with."""
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("carries out"), related_name="children", null=True, blank=True
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1, db_default=1)
    replaces = models.OneToOneField(
        "self", models.PROTECT, verbose_name=_("replaces"), related_name="replaced_by", null=True, blank=True
    )
    vision = models.TextField(_("vision"), blank=True, default="", db_default="")
    starts_on = models.DateField(_("start"))
    ends_on = models.DateField(_("end"))
    counted_from = models.DateField(_("counted from"))
    description = models.TextField(_("description"), blank=True, default="")
    source = models.CharField(_("source"), max_length=200, blank=True, default="")
    fictional = models.BooleanField(_("fictional"), default=False)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "pk"]
        verbose_name = _("programme")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="programme_ends_after_it_begins",
                violation_error_message=_("The end must not be before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(counted_from__gte=F("starts_on")) & Q(counted_from__lte=F("ends_on")),
                name="programme_counts_inside_its_period",
                violation_error_message=_("The counting must start inside the programme's period."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "hearing", "approved", "finished"]),
                name="programme_status_known",
                violation_error_message=_("Choose the status from the list."),
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1),
                name="programme_version_from_one",
                violation_error_message=_("Versions are counted from 1."),
            ),
            models.CheckConstraint(
                condition=(Q(parent=None) | ~Q(parent=F("id"))) & (Q(replaces=None) | ~Q(replaces=F("id"))),
                name="programme_is_not_its_own_parent",
                violation_error_message=_("A plan neither carries out nor replaces itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def holds(self, day: date) -> bool:
        """Is the day inside the programme's period (both ends included)?"""
        return self.starts_on <= day <= self.ends_on

    def counts(self, day: date) -> bool:
        """Does something that happened on that day count in the programme?"""
        return self.counted_from <= day <= self.ends_on

    def creators(self, on: date) -> models.QuerySet[Organisation]:
        """The organisations that may create matches on that day, in Danish order."""
        creating = PartnerRole.objects.on(on).filter(programme=self, role=PartnerRole.Role.MATCH_CREATOR)
        return Organisation.objects.on(on).filter(pk__in=creating.values("organisation_id")).order_by("sort_key", "pk")

    def partners(self, on: date) -> models.QuerySet[Organisation]:
        """Every organisation with any role in the programme on that day, in Danish order."""
        taking_part = PartnerRole.objects.on(on).filter(programme=self)
        return (
            Organisation.objects.on(on).filter(pk__in=taking_part.values("organisation_id")).order_by("sort_key", "pk")
        )

    def municipalities(self, on: date) -> models.QuerySet[Municipality]:
        """The municipalities of the programme's area on that day, in Danish order; without an area all of them."""
        if self.area is None:
            return Municipality.objects.filter(kind=Municipality.Kind.MUNICIPALITY).order_by("sort_key")
        return municipalities_in(self.area, on)

    def stewards(self) -> models.QuerySet[Organisation]:
        stewarding = PartnerRole.objects.filter(programme=self, role=PartnerRole.Role.STEWARD)
        return Organisation.objects.filter(pk__in=stewarding.values("organisation_id"))


class PartnerRoleQuerySet(models.QuerySet["PartnerRole"]):
    def on(self, day: date) -> "PartnerRoleQuerySet":
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


class PartnerRole(models.Model):
    """What an organisation is in a programme, with dates."""

    class Role(models.TextChoices):
        MATCH_CREATOR = "match_creator", _("creates matches")
        ASSISTANT = "assistant", _("assists")
        LEAD = "lead", _("lead")
        STEWARD = "steward", _("keeps the data")
        POLITICAL = "political", _("political partner")

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="roles")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="programme_roles")
    role = models.CharField(max_length=20, choices=Role)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = PartnerRoleQuerySet.as_manager()

    class Meta:
        ordering = ["programme_id", "organisation_id", "role"]
        constraints = [
            ExclusionConstraint(
                name="partner_role_once_at_a_time",
                expressions=[
                    ("programme", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (
                        DateRange("valid_from", "valid_to", Value("[]", output_field=TextField())),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("The organisation already has this role in that period."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.organisation_id} {self.role}"
