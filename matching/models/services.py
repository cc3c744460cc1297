"""What the partners offer companies, with whom to write to (the overview of services), and those outside the portal
that companies are referred to."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from matching.models.reference import MatchType
from portal.geography.danish import Fold, SortKey
from portal.geography.models import Municipality
from portal.identity.actor import Actor
from portal.identity.models import Organisation, User
from portal.identity.rights import may
from programmes.models import Programme

VIEW_SERVICES = "matching.view_services"


class ReferralKind(models.TextChoices):
    """What a company is helped with."""

    RECRUITING = "recruiting", _("recruiting")
    STUDENTS = "students", _("collaboration with students")
    GUIDANCE = "guidance", _("guidance")
    EXPORT = "export", _("exporting")
    INNOVATION = "innovation", _("innovation")
    FINANCING = "financing", _("financing")
    OTHER = "other", _("something else")


class ExternalKind(models.TextChoices):
    """What kind of party it is. A state agency and a cluster are called as the kinds of organisation are."""

    STATE_AGENCY = "state_agency", _("state agency or fund")
    CLUSTER = "cluster", _("cluster")
    PRIVATE_ADVISER = "private_adviser", _("private adviser")
    OTHER = "other", _("other")


class ExternalParty(models.Model):
    """Somebody that companies are referred to, or that refers companies, without being a partner who signs in.

    No `Organisation`: those have members, parts in programmes and facts of their own, and administrators are invited to
    them. A list that whoever refers companies may add to; what was used stays, and is only no longer offered.
    """

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=ExternalKind)
    website = models.URLField(_("website"), blank=True, default="")
    active = models.BooleanField(_("can be chosen"), default=True)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched
    sort_key = models.GeneratedField(
        expression=SortKey("name"), output_field=models.TextField(db_collation="C"), db_persist=True
    )
    folded_name = models.GeneratedField(expression=Fold("name"), output_field=models.TextField(), db_persist=True)

    class Meta:
        ordering = ["sort_key", "pk"]
        verbose_name = _("external party")
        verbose_name_plural = _("external parties")
        constraints = [
            models.UniqueConstraint(
                fields=["folded_name"],
                name="external_party_once",
                violation_error_message=_("There is already an external party of this name."),
            ),
            models.CheckConstraint(
                condition=Q(name__regex=r"\S"),
                name="external_party_has_a_name",
                violation_error_message=_("Write what the party is called."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ExternalKind.values),
                name="external_party_kind_known",
                violation_error_message=_("Choose what kind of party it is."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ServiceQuerySet(models.QuerySet["Service"]):
    def visible_to(self, actor: Actor) -> "ServiceQuerySet":
        """Those of the programmes that the actor sees: the overview is there to be read by all who help companies."""
        if not may(actor, VIEW_SERVICES):
            return self.none()
        return self.filter(programme__in=Programme.objects.visible_to(actor).order_by().values("pk"))

    def on(self, day: date) -> "ServiceQuerySet":
        """Those that are offered on that day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)

    def with_everything(self) -> "ServiceQuerySet":
        """With what a line names: four queries whatever the rows."""
        named = self.select_related("organisation", "programme")
        return named.prefetch_related("match_types", "municipalities", "contacts")


class Service(models.Model):
    """Something an organisation offers companies in a programme. Without municipalities it covers the whole area."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("offered by"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    title = models.CharField(_("title"), max_length=120)
    offers = models.TextField(_("what it offers"), max_length=1000)
    for_whom = models.CharField(_("for whom"), max_length=300, blank=True, default="")
    kinds = ArrayField(
        models.CharField(max_length=20, choices=ReferralKind), default=list, blank=True, verbose_name=_("themes")
    )
    match_types = models.ManyToManyField(MatchType, blank=True, related_name="+", verbose_name=_("match types"))
    municipalities = models.ManyToManyField(
        Municipality, blank=True, related_name="+", verbose_name=_("municipalities")
    )
    valid_from = models.DateField(_("offered from"))
    valid_to = models.DateField(_("offered to"), null=True, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("made by"))
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched
    sort_key = models.GeneratedField(
        expression=SortKey("title"), output_field=models.TextField(db_collation="C"), db_persist=True
    )

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__sort_key", "sort_key", "pk"]
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = [
            models.CheckConstraint(
                condition=Q(title__regex=r"\S"),
                name="service_has_a_title",
                violation_error_message=_("Write what the service is called."),
            ),
            models.CheckConstraint(
                condition=Q(offers__regex=r"\S"),
                name="service_says_what_it_offers",
                violation_error_message=_("Write in a few lines what the service offers."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="service_ends_after_it_begins",
                violation_error_message=_("The end must not be before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(kinds__contained_by=ReferralKind.values),
                name="service_themes_known",
                violation_error_message=_("Choose themes from the list."),
            ),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="service_changed")]

    def __str__(self) -> str:
        return self.title


class ServiceContact(models.Model):
    """Whom one writes to about a service: an employee of the partner, by name, as the overview of services asks."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="contacts", verbose_name=_("service"))
    name = models.CharField(_("name"), max_length=120)
    title = models.CharField(_("job title"), max_length=120, blank=True, default="")
    phone = models.CharField(_("telephone"), max_length=30, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    key = models.UUIDField(db_default=RandomUUID(), editable=False)
    """By which the file of erasures names the person."""

    class Meta:
        ordering = ["service_id", "order", "pk"]
        verbose_name = _("contact of a service")
        verbose_name_plural = _("contacts of services")
        constraints = [
            models.CheckConstraint(
                condition=Q(name__regex=r"\S"),
                name="service_contact_has_a_name",
                violation_error_message=_("Write the contact's name."),
            ),
            models.CheckConstraint(
                condition=~Q(phone="") | ~Q(email=""),
                name="service_contact_is_reached",
                violation_error_message=_("Write a telephone number or an e-mail address."),
            ),
            models.UniqueConstraint(
                fields=["service", "order"],
                name="service_contact_order_once",
                deferrable=models.Deferrable.DEFERRED,  # two change places in one transaction
                violation_error_message=_("Two contacts have the same place."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
