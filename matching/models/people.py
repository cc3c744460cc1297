"""Highly educated people: students, graduates, unemployed and employed, what they agreed to, and their matches.

No fact of the ledger and no count across organisations is made of them, and nowhere is there a CPR number.
"""

import uuid
from datetime import date, timedelta

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.models.matches import Match
from matching.models.people_lists import LENGTHS, EducationField, Level
from portal.geography.danish import Fold, SortKey
from portal.geography.models import Municipality
from portal.identity.actor import Actor
from portal.identity.models import Organisation, User
from portal.identity.rights import may
from portal.identity.roles import Role
from programmes.models import PartnerRole, Programme

VIEW = "matching.view_people"


class PeopleQuerySet(models.QuerySet["Person"]):
    def visible_to(self, actor: Actor) -> "PeopleQuerySet":
        """Whom an actor may open: pages, API, export and matches all ask here.

        The own organisation's; and those of partners in the same programme who agreed to be shown there, as long as
        the agreement holds and nobody has restricted them. The data protection officer sees the own organisation's
        alone. Whoever was anonymised is nobody any more.
        """
        if not may(actor, VIEW):
            return self.none()
        ways = Q(owner_id__in=actor.organisation_ids)
        if actor.role != Role.DATA_PROTECTION_OFFICER:
            ways |= Q(pk__in=Consent.objects.showing_to(actor).order_by().values("person_id"), restricted=False)
        return self.standing().filter(ways)

    def standing(self) -> "PeopleQuerySet":
        return self.filter(anonymised_at=None)

    def of(self, actor: Actor) -> "PeopleQuerySet":
        """Those whose data controller the actor's organisation is."""
        return self.filter(owner_id__in=actor.organisation_ids)

    def usable(self) -> "PeopleQuerySet":
        """Those that lists, searches and matches may use: a restricted person's data are kept and not used."""
        return self.standing().filter(restricted=False)

    def listed_to(self, actor: Actor) -> "PeopleQuerySet":
        """Those that stand in the actor's lists: the data protection officer must find the restricted ones too."""
        seen = self.visible_to(actor)
        return seen if actor.role == Role.DATA_PROTECTION_OFFICER else seen.usable()


class Person(models.Model):
    """One highly educated person, of one organisation: it is the data controller, and that never changes.

    `key` is random and goes into the erasure's line outside the database, so that it can be repeated after a restore.
    """

    class Status(models.TextChoices):
        STUDENT = "student", _("student")
        GRADUATE = "graduate", _("graduate")
        UNEMPLOYED = "unemployed", _("unemployed")
        EMPLOYED = "employed", _("employed")

    class Reach(models.TextChoices):
        """Where the person can work."""

        UNKNOWN = "", _("not stated")
        RESIDENCE = "residence", _("the municipality of residence")
        NAMED = "named", _("certain municipalities")
        AREA = "area", _("the whole area")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_index=False, verbose_name=_("data controller")
    )
    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    phone = models.CharField(_("telephone"), max_length=30, blank=True, default="")
    status = models.CharField(_("status"), max_length=12, choices=Status)
    level = models.CharField(_("level of education"), max_length=3, choices=Level)
    field = models.ForeignKey(
        EducationField, models.PROTECT, null=True, blank=True, db_index=False, related_name="+",
        verbose_name=_("field of education"),
    )  # fmt: skip
    institution = models.CharField(_("place of education"), max_length=120, blank=True, default="")
    education = models.CharField(_("education"), max_length=160, blank=True, default="")
    # The first of the month: the day is nobody's business.
    completed_on = models.DateField(_("completed or expected to be, month"), null=True, blank=True)
    competences = ArrayField(models.CharField(max_length=40), verbose_name=_("competences"), default=list, blank=True)
    competence_words = models.CharField(_("competences in own words"), max_length=300, blank=True, default="")
    language_note = models.CharField(_("languages"), max_length=200, blank=True, default="")
    residence = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, db_index=False, related_name="+",
        verbose_name=_("municipality of residence"),
    )  # fmt: skip
    reach = models.CharField(_("can work in"), max_length=10, choices=Reach, blank=True, default="")
    reach_places = ArrayField(
        models.CharField(max_length=4), verbose_name=_("these municipalities"), default=list, blank=True
    )
    may_move = models.BooleanField(_("is willing to move"), default=False)
    available_from = models.DateField(_("available from"), null=True, blank=True)
    unemployed_since = models.DateField(_("unemployed since"), null=True, blank=True)
    restricted = models.BooleanField(_("restricted"), default=False, db_default=False)
    restricted_why = models.CharField(_("why restricted"), max_length=300, blank=True, default="")
    external_key = models.CharField(_("key in the own system"), max_length=120, blank=True, default="")
    last_active_on = models.DateField(_("last activity"), default=timezone.localdate)
    anonymised_at = models.DateTimeField(_("anonymised"), null=True, blank=True, editable=False)
    fictional = models.BooleanField(_("fictional"), default=False)
    created_at = models.DateTimeField(_("registered"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched
    sort_key = models.GeneratedField(
        expression=SortKey("name"), output_field=models.TextField(db_collation="C"), db_persist=True
    )
    folded_name = models.GeneratedField(expression=Fold("name"), output_field=models.TextField(), db_persist=True)

    objects = PeopleQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "pk"]
        verbose_name = _("highly educated person")
        verbose_name_plural = _("highly educated people")
        constraints = [
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=False) | Q(name__regex=r"\S"),
                name="highly_educated_has_a_name",
                violation_error_message=_("Write the person's name."),
            ),
            models.CheckConstraint(
                condition=Q(anonymised_at=None)
                | Q(
                    name="",
                    email="",
                    phone="",
                    institution="",
                    education="",
                    competence_words="",
                    language_note="",
                    restricted_why="",
                    external_key="",
                    available_from=None,
                    unemployed_since=None,
                ),
                name="highly_educated_anonymised_whole",
                violation_error_message=_("Of somebody anonymised nothing stays that leads back."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["student", "graduate", "unemployed", "employed"]),
                name="highly_educated_status_known",
                violation_error_message=_("Choose what the person is."),
            ),
            models.CheckConstraint(
                condition=Q(level__in=Level.values),
                name="highly_educated_level_known",
                violation_error_message=_("Choose the level from the list."),
            ),
            models.CheckConstraint(
                condition=Q(completed_on=None) | Q(completed_on__day=1),
                name="highly_educated_completed_in_a_month",
                violation_error_message=_("Only the month is kept: write the first of it."),
            ),
            models.CheckConstraint(
                condition=Q(unemployed_since=None) | Q(status="unemployed"),
                name="highly_educated_unemployed_since",
                violation_error_message=_("Only somebody unemployed has been so since a day."),
            ),
            models.CheckConstraint(
                condition=Q(reach__in=["", "residence", "named", "area"])
                & (Q(reach="named", reach_places__len__gt=0) | (~Q(reach="named") & Q(reach_places=[]))),
                name="highly_educated_reach_known",
                violation_error_message=_("Choose the municipalities that the person can work in."),
            ),
            models.CheckConstraint(
                condition=Q(restricted=False, restricted_why="")
                | Q(restricted=True, restricted_why__regex=r"\S")
                | Q(anonymised_at__isnull=False),
                name="highly_educated_restricted_why",
                violation_error_message=_("Write why the person is restricted."),
            ),
            models.UniqueConstraint(
                fields=["owner", "external_key"],
                condition=~Q(external_key=""),
                name="highly_educated_key_once",
                violation_error_message=_("The key belongs to another person of the organisation."),
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "sort_key", "id"], name="highly_educated_of_owner"),
            models.Index(fields=["updated_at", "id"], name="highly_educated_changed"),
            models.Index(fields=["last_active_on"], condition=Q(anonymised_at=None), name="highly_educated_activity"),
            GinIndex(fields=["competences"], name="highly_educated_competences"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def length(self) -> str:
        """KVU, MVU or LVU of the level; "" below them."""
        return str(LENGTHS.get(Level(self.level), ""))

    @property
    def disced(self) -> str:
        """Level and field as DISCED-15 writes them: H7039."""
        return f"{self.level}{self.field_id or ''}"

    def unemployed_for(self, on: date) -> timedelta | None:
        """How long by that day, where it is stated."""
        return on - self.unemployed_since if self.unemployed_since is not None else None


class ConsentQuerySet(models.QuerySet["Consent"]):
    def holding(self, on: date) -> "ConsentQuerySet":
        """Those that hold on the day."""
        return self.filter(Q(expires_on=None) | Q(expires_on__gte=on), given_on__lte=on, withdrawn_at=None)

    def showing_to(self, actor: Actor) -> "ConsentQuerySet":
        """Those by which others' people are shown to the actor's organisation: it is a partner of the programme."""
        parts = PartnerRole.objects.on(actor.on).filter(organisation_id__in=actor.organisation_ids)
        return self.holding(actor.on).filter(purpose__in=SHOWING, programme__in=parts.order_by().values("programme_id"))


class Consent(models.Model):
    """What a person agreed to, or on what other basis the organisation holds the data, for one purpose.

    A row is never changed. It is withdrawn, which holds at once, or followed by another.
    """

    class Purpose(models.TextChoices):
        FIND_MATCH = "find_match", _("find a match")
        SHARE = "share", _("be shown to the programme's other partners, without e-mail and telephone")
        SHARE_CONTACT = "share_contact", _("be shown to the programme's other partners, with e-mail and telephone")
        FOLLOW_UP = "follow_up", _("be asked how it went, four months after")
        NEWSLETTER = "newsletter", _("get the newsletter")

    class Basis(models.TextChoices):
        CONSENT = "consent", _("consent")
        RELATION = "relation", _("the organisation's own member or student")
        AUTHORITY = "authority", _("task of a public authority")

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents", verbose_name=_("person"))
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose)
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("programme")
    )
    basis = models.CharField(_("legal basis"), max_length=12, choices=Basis)
    given_on = models.DateField(_("given on"))
    how = models.CharField(_("how it was given"), max_length=200)
    expires_on = models.DateField(_("holds until"), null=True, blank=True)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("registered by"))
    registered_at = models.DateTimeField(_("registered"), default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("withdrawal registered by")
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-given_on", "-pk"]
        verbose_name = _("agreement with a person")
        verbose_name_plural = _("agreements with people")
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=["find_match", "share", "share_contact", "follow_up", "newsletter"]),
                name="consent_purpose_known",
                violation_error_message=_("Choose the purpose."),
            ),
            models.CheckConstraint(
                condition=Q(basis__in=["consent", "relation", "authority"]),
                name="consent_basis_known",
                violation_error_message=_("Choose the legal basis."),
            ),
            models.CheckConstraint(
                condition=Q(basis="consent") | ~Q(purpose__in=["share", "share_contact", "newsletter"]),
                name="consent_asked_for",
                violation_error_message=_("Only the person's own consent opens this."),
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=["share", "share_contact"], programme__isnull=False)
                | (~Q(purpose__in=["share", "share_contact"]) & Q(programme=None)),
                name="consent_to_share_in_a_programme",
                violation_error_message=_("Choose the programme whose partners may see the person."),
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("given_on")),
                name="consent_ends_after_it_begins",
                violation_error_message=_("The end must not be before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(how__regex=r"\S"),
                name="consent_says_how",
                violation_error_message=_("Write how it was given."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="consent_withdrawn_by_somebody",
                violation_error_message=_("A withdrawal says when and by whom it was registered."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["programme", "person"],
                condition=Q(withdrawn_at=None, programme__isnull=False),
                name="consent_to_share",
            )
        ]

    def __str__(self) -> str:
        return str(self.get_purpose_display())

    def holds(self, on: date) -> bool:
        return self.withdrawn_at is None and self.given_on <= on and (self.expires_on is None or self.expires_on >= on)


SHOWING = (Consent.Purpose.SHARE, Consent.Purpose.SHARE_CONTACT)
"""The purposes by which a person is shown to other organisations."""


class MatchPerson(models.Model):
    """Whom a match brought together with the company. A table of its own: deleting the row is what erasure needs, and
    the match and its facts stand without it."""

    match = models.ForeignKey(Match, models.PROTECT, related_name="people", db_index=False, verbose_name=_("match"))
    person = models.ForeignKey(Person, models.CASCADE, related_name="matches", verbose_name=_("person"))
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("person of a match")
        verbose_name_plural = _("people of matches")
        constraints = [
            models.UniqueConstraint(
                fields=["match", "person"],
                name="match_person_once",
                violation_error_message=_("The person belongs to the match already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.match_id} {self.person_id}"
