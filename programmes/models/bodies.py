"""Bodies: any group of people that decides, advises or steers; its seats, and who holds them.

A person stands here in a public office and in no other way: a name and the background that the source prints.
"""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.geography.danish import Fold, SortKey
from portal.geography.models import DateRange
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.roles import OrganisationKind
from programmes.models.programmes import Programme


def holds_on(day: date) -> Q:
    """What has begun and not ended on that day; without a day it has always begun, and never ends."""
    return (Q(valid_from=None) | Q(valid_from__lte=day)) & (Q(valid_to=None) | Q(valid_to__gte=day))


class BodyQuerySet(models.QuerySet["Body"]):
    def visible_to(self, actor: Actor) -> "BodyQuerySet":
        """Those of the person's area, and those that the state has named, which are everybody's.

        Who decides about public money, and who advises on it, is open.
        """
        from programmes.scope import organisations_of_area

        return self.filter(
            Q(organisation__in=organisations_of_area(actor)) | Q(organisation__kind=OrganisationKind.STATE_AGENCY)
        )

    def deciding(self) -> "BodyQuerySet":
        """Those that decide; the others recommend."""
        return self.exclude(kind__in=Body.ADVISE)


class Body(models.Model):
    """A council, board, growth team, steering group …, from a day to a day."""

    class Kind(models.TextChoices):
        COUNCIL = "council", _("council")
        COMMITTEE = "committee", _("committee")
        KKR = "kkr", _("KKR")
        BOARD = "board", _("board")
        MANAGEMENT = "management", _("management")
        POLITICAL = "political", _("political partners")
        STEERING = "steering", _("steering group")
        COORDINATION = "coordination", _("coordination group")
        ACTIVITY = "activity", _("activity group")
        GROWTH_TEAM = "growth_team", _("growth team")
        ADVISORY = "advisory", _("advisory council")

    ADVISE = (Kind.GROWTH_TEAM, Kind.ADVISORY)
    """Who recommends and does not decide."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="bodies", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, db_column="level")
    asks_agenda_item = models.BooleanField(_("decides on an agenda"), default=True)
    """A council or a committee decides on an agenda, so its decisions name the item."""
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="bodies", verbose_name=_("steers the plan"), null=True, blank=True
    )
    covers = models.CharField(_("covers"), max_length=200, blank=True, default="", db_default="")
    """The area or the municipalities in words."""
    purpose = models.TextField(_("what it is for"), blank=True, default="", db_default="")
    source = models.CharField(_("source"), max_length=300, blank=True, default="", db_default="")
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("to"), null=True, blank=True)

    objects = BodyQuerySet.as_manager()

    class Meta:
        ordering = ["organisation_id", "kind", "name", "pk"]
        # Its name while it only decided about money; kept so that the trail of a row is one trail.
        db_table = "programmes_decidingbody"
        verbose_name = _("body")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="deciding_body_named_once",
                violation_error_message=_("The organisation already has a body with that name."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="deciding_body_ends_after_it_begins",
                violation_error_message=_("The end must not be before the beginning."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["council", "committee"]) | Q(asks_agenda_item=True),
                name="council_decides_on_an_agenda",
                violation_error_message=_("A council and a committee decide on an agenda."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def decides(self) -> bool:
        return self.kind not in self.ADVISE


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, actor: Actor) -> "PersonQuerySet":
        """Whom the person's area has registered, and who holds or held a seat in a body that the person sees."""
        from programmes.scope import organisations_of_area

        seated = Appointment.objects.visible_to(actor).order_by().values("person")
        return self.filter(Q(owner__in=organisations_of_area(actor)) | Q(pk__in=seated))


class Person(models.Model):
    """Somebody in a public office, as an official source names them. No CPR number, no address, nothing private."""

    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="persons", verbose_name=_("registered by"))
    """Who answers for what is said of the person."""
    name = models.CharField(_("name"), max_length=120)
    background = models.CharField(_("background"), max_length=300, blank=True, default="")
    """Office or post, in the source's words."""
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    key = models.UUIDField(db_default=RandomUUID(), editable=False)
    """By which the file of erasures names the person."""
    sort_key = models.GeneratedField(
        expression=SortKey("name"), output_field=models.TextField(db_collation="C"), db_persist=True
    )
    folded_name = models.GeneratedField(expression=Fold("name"), output_field=models.TextField(), db_persist=True)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "pk"]
        verbose_name = _("person in a public office")
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="person_has_a_name",
                violation_error_message=_("Write the person's name."),
            ),
            # Two with the same name are told apart by their background.
            models.UniqueConstraint(
                fields=["owner", "name", "background"],
                name="person_once",
                violation_error_message=_("The person is registered already. Choose them from the list."),
            ),
            models.CheckConstraint(
                condition=~Q(name__regex=r"[0-9]{6}") & ~Q(background__regex=r"[0-9]{6}-?[0-9]{4}"),
                name="person_without_cpr",
                violation_error_message=_("No CPR number, telephone number or address: only the public office."),
            ),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="person_changed")]

    def __str__(self) -> str:
        return self.name


class SeatQuerySet(models.QuerySet["Seat"]):
    def visible_to(self, actor: Actor) -> "SeatQuerySet":
        return self.filter(body__in=Body.objects.visible_to(actor).order_by().values("pk"))


class Seat(models.Model):
    """A place in a body, whoever holds it: in whose right it sits, and who appoints."""

    class Role(models.TextChoices):
        CHAIR = "chair", _("chair")
        DEPUTY = "deputy", _("deputy chair")
        MEMBER = "member", _("member")
        SECRETARY = "secretary", _("secretary")
        OBSERVER = "observer", _("observer")

    body = models.ForeignKey(Body, models.CASCADE, related_name="seats", verbose_name=_("body"))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    in_right_of = models.CharField(_("sits for"), max_length=200, blank=True, default="")
    """The part, post or group that the seat is for, in words."""
    appointed_by = models.CharField(_("appointed by"), max_length=200, blank=True, default="")
    appointing_organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("appointing organisation"), null=True, blank=True
    )
    appointing_body = models.ForeignKey(
        Body, models.PROTECT, related_name="appoints", verbose_name=_("appointing body"), null=True, blank=True
    )
    holder_not_stated = models.BooleanField(_("the source does not say who holds it"), default=False)
    """A seat that nobody is stated to hold is not one that nobody holds."""
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("to"), null=True, blank=True)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["body_id", "order", "pk"]
        verbose_name = _("seat")
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=["chair", "deputy", "member", "secretary", "observer"]),
                name="seat_role_known",
                violation_error_message=_("Choose the role from the list."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="seat_ends_after_it_begins",
                violation_error_message=_("The end must not be before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(appointing_body=None) | ~Q(appointing_body=F("body")),
                name="seat_appointed_from_outside",
                violation_error_message=_("A body does not appoint to itself. Write it in words."),
            ),
            ExclusionConstraint(
                name="body_one_chair_at_a_time",
                expressions=[
                    ("body", RangeOperators.EQUAL),
                    (
                        DateRange("valid_from", "valid_to", Value("[]", output_field=TextField())),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(role="chair"),
                violation_error_message=_("The body has a chair's seat in that period. End that seat first."),
            ),
        ]

    def __str__(self) -> str:
        what = str(self.get_role_display())
        return f"{what}, {self.in_right_of}" if self.in_right_of else what

    @property
    def appointer(self) -> str:
        """Who appoints, as far as it is stated. Ask with both links."""
        for named in (self.appointing_body, self.appointing_organisation):
            if named is not None:
                return str(named)
        return self.appointed_by


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visible_to(self, actor: Actor) -> "AppointmentQuerySet":
        return self.filter(seat__body__in=Body.objects.visible_to(actor).order_by().values("pk"))

    def on(self, day: date) -> "AppointmentQuerySet":
        return self.filter(holds_on(day))


class Appointment(models.Model):
    """A person holds a seat from a day to a day (both included; none is not stated, or still)."""

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="appointments", verbose_name=_("seat"))
    person = models.ForeignKey(Person, models.CASCADE, related_name="appointments", verbose_name=_("person"))
    background = models.CharField(_("background, as the source of this body prints it"), max_length=300, blank=True,
                                  default="")  # fmt: skip
    printed_name = models.CharField(_("name, where the source prints another"), max_length=120, blank=True, default="")
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("to"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["seat_id", F("valid_from").desc(nulls_last=True), "-pk"]
        verbose_name = _("appointment")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="appointment_ends_after_it_begins",
                violation_error_message=_("The end must not be before the beginning."),
            ),
            ExclusionConstraint(
                name="seat_one_holder_at_a_time",
                expressions=[
                    ("seat", RangeOperators.EQUAL),
                    (
                        DateRange("valid_from", "valid_to", Value("[]", output_field=TextField())),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("Somebody holds the seat in that period. End that appointment first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.seat_id}"
