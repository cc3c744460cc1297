"""A company is referred from one party to another, or asks itself; what became of it, step by step."""

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.models.companies import Company
from matching.models.contact_people import ContactPerson
from matching.models.services import ExternalParty, ReferralKind, Service
from portal.geography.models import Municipality
from portal.identity.actor import Actor
from portal.identity.models import Organisation, User
from portal.identity.rights import may
from portal.identity.roles import Role
from programmes.models import PartnerRole, Programme

VIEW = "matching.view_referrals"


class ReferralStatus(models.TextChoices):
    SENT = "sent", _("sent")
    TAKEN_ON = "taken_on", _("taken on")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", _("closed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    PASSED_ON = "passed_on", _("passed on")


WAITING = (ReferralStatus.SENT, ReferralStatus.TAKEN_ON)
"""Those that wait for the receiver."""
GONE = (ReferralStatus.WITHDRAWN, ReferralStatus.PASSED_ON)
"""Those in which nobody owes the company an answer: whoever it was passed on to does."""


class ReferralOutcome(models.TextChoices):
    CANDIDATES = "candidates", _("candidates presented")
    MEETING = "meeting", _("meeting held")
    AGREEMENT = "agreement", _("agreement made")
    CLARIFIED = "clarified", _("clarified otherwise")
    NO_MATCH = "no_match", _("no match found")


class ReferralQuerySet(models.QuerySet["Referral"]):
    def visible_to(self, actor: Actor) -> "ReferralQuerySet":
        """Those that the actor's organisation sent, received or registered; a municipality's own are also its parts'.

        So what goes on inside a municipality is seen there alone. Whoever leads the programme sees counts, and which
        have waited too long: `waiting_in_programmes_led_by`.
        """
        if not may(actor, VIEW):
            return self.none()
        own = actor.organisation_ids
        return self.filter(
            Q(from_organisation_id__in=own) | Q(to_organisation_id__in=own) | Q(registered_by_id__in=own)
        )

    def received_by(self, own: "frozenset[int] | set[int]") -> "ReferralQuerySet":
        """Those whose answer lies with one of these organisations: to them; or from them to somebody who does not sign
        in, whose answer the sender writes down."""
        return self.filter(Q(to_organisation_id__in=own) | Q(to_organisation=None, registered_by_id__in=own))

    def standing(self) -> "ReferralQuerySet":
        return self.exclude(status=ReferralStatus.WITHDRAWN)

    def waiting(self) -> "ReferralQuerySet":
        return self.filter(status__in=WAITING)

    def company_waits(self) -> "ReferralQuerySet":
        """The company has had no answer yet."""
        return self.filter(company_answered_on=None).exclude(status__in=GONE)

    def led_by(self, actor: Actor) -> "ReferralQuerySet":
        """Those of the programmes that the actor leads, without what goes on inside a municipality."""
        if actor.role != Role.PROGRAMME_LEAD or not may(actor, "matching.view_unanswered"):
            return self.none()
        leading = PartnerRole.objects.on(actor.on).filter(
            organisation=actor.organisation, role__in=(PartnerRole.Role.LEAD, PartnerRole.Role.STEWARD)
        )
        led = Q(programme__owner=actor.organisation) | Q(programme__in=leading.order_by().values("programme_id"))
        return self.filter(led, internal_to=None)

    def with_names(self) -> "ReferralQuerySet":
        """What a line names."""
        return self.select_related(
            "company", "programme", "from_organisation", "from_external", "to_organisation", "to_external"
        )


class Referral(models.Model):
    """A company is referred: by an organisation, by somebody outside, or by itself.

    `asked_on` is the day of this referral; `first_asked_on` the day on which the company first asked, where it has been
    passed on since. The answer to the sender and the answer to the company are two things. Whose organisation has
    registered it is frozen: people move. So are where the company lay and what kind the receiver was, for the ledger.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    company = models.ForeignKey(Company, models.PROTECT, related_name="referrals", verbose_name=_("company"))
    contact_person = models.ForeignKey(
        ContactPerson, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contact person")
    )
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("municipality")
    )
    from_organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sent by")
    )
    from_external = models.ForeignKey(
        ExternalParty, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sent by, outside")
    )
    from_company = models.BooleanField(_("the company asked itself"), default=False)
    to_organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sent to")
    )
    to_external = models.ForeignKey(
        ExternalParty, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sent to, outside")
    )
    receiver_kind = models.CharField(_("kind of receiver"), max_length=30)
    service = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("service")
    )
    internal_to = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("inside the municipality"),
        db_index=False,
    )
    kind = models.CharField(_("what it is about"), max_length=20, choices=ReferralKind)
    asked = models.TextField(_("what is asked"), max_length=2000)
    asked_on = models.DateField(_("asked on"))
    first_asked_on = models.DateField(_("first asked on"))
    due_on = models.DateField(_("answer due"))
    status = models.CharField(_("status"), max_length=12, choices=ReferralStatus, default=ReferralStatus.SENT)
    taken_on_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken on by")
    )
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=ReferralOutcome, blank=True, default="")
    answer = models.TextField(_("answer"), max_length=2000, blank=True, default="")
    alternatives = models.TextField(_("alternatives offered"), max_length=1000, blank=True, default="")
    company_answered_on = models.DateField(_("answer to the company"), null=True, blank=True)
    company_answered_by = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("the company answered by")
    )
    follows = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        verbose_name=_("passed on from"),
        db_index=False,
    )
    registered_by = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("registered by"))
    registered_by_user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("registered by"))
    registered_at = models.DateTimeField(_("registered"), default=timezone.now)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)  # by the database: Touched

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_on", "-pk"]
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        constraints = [
            models.CheckConstraint(
                condition=Q(from_organisation__isnull=False, from_external=None, from_company=False)
                | Q(from_organisation=None, from_external__isnull=False, from_company=False)
                | Q(from_organisation=None, from_external=None, from_company=True),
                name="referral_has_one_sender",
                violation_error_message=_("A referral comes from one: a partner, somebody outside, or the company."),
            ),
            models.CheckConstraint(
                condition=Q(to_organisation__isnull=False, to_external=None)
                | Q(to_organisation=None, to_external__isnull=False, service=None),
                name="referral_has_one_receiver",
                violation_error_message=_("Choose one whom the company is referred to."),
            ),
            models.CheckConstraint(
                condition=Q(from_organisation=None)
                | Q(to_organisation=None)
                | ~Q(from_organisation=F("to_organisation")),
                name="referral_to_another",
                violation_error_message=_("An organisation does not refer a company to itself."),
            ),
            models.CheckConstraint(
                condition=Q(to_organisation__isnull=False) | Q(from_organisation__isnull=False),
                name="referral_of_a_partner",
                violation_error_message=_("One of the two is a partner in the portal."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ReferralKind.values),
                name="referral_kind_known",
                violation_error_message=_("Choose what it is about."),
            ),
            models.CheckConstraint(
                condition=Q(asked__regex=r"\S"),
                name="referral_says_what_is_asked",
                violation_error_message=_("Write what is asked."),
            ),
            models.CheckConstraint(
                condition=Q(first_asked_on__lte=F("asked_on"), due_on__gte=F("asked_on")),
                name="referral_days_in_order",
                violation_error_message=_("The answer is due on the day of asking or later."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=ReferralStatus.values),
                name="referral_status_known",
                violation_error_message=_("The status is one of the list."),
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["answered", "closed"],
                    answered_on__isnull=False,
                    answered_on__gte=F("asked_on"),
                    outcome__in=ReferralOutcome.values,
                )
                | Q(
                    status__in=["sent", "taken_on", "withdrawn", "passed_on"],
                    answered_on=None,
                    outcome="",
                ),
                name="referral_answered_with_an_outcome",
                violation_error_message=_("What is answered says when, not before it was asked, and what came of it."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome="no_match") | Q(alternatives__regex=r"\S"),
                name="referral_without_match_says_what_else",
                violation_error_message=_("Write which other possibilities the company was told of."),
            ),
            models.CheckConstraint(
                condition=Q(company_answered_on=None, company_answered_by=None)
                | Q(
                    company_answered_on__isnull=False,
                    company_answered_by__isnull=False,
                    company_answered_on__gte=F("first_asked_on"),
                ),
                name="referral_company_answered_by_somebody",
                violation_error_message=_("The company's answer says when, not before it asked, and by whom."),
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | Q(company_answered_on__isnull=False),
                name="referral_closed_when_the_company_knows",
                violation_error_message=_("A referral is closed when the company has had its answer."),
            ),
            models.UniqueConstraint(
                fields=["follows"],
                condition=~Q(status="withdrawn"),
                name="referral_passed_on_once",
                violation_error_message=_("The referral has been passed on."),
            ),
        ]
        indexes = [
            models.Index(fields=["-asked_on", "-id"], name="referral_newest"),
            models.Index(fields=["to_organisation", "-asked_on"], name="referral_received"),
            models.Index(fields=["from_organisation", "-asked_on"], name="referral_of_sender"),
            models.Index(
                fields=["first_asked_on"], condition=Q(company_answered_on=None), name="referral_company_waits"
            ),
            models.Index(fields=["asked_on"], condition=Q(status__in=["sent", "taken_on"]), name="referral_waiting"),
            models.Index(fields=["updated_at", "id"], name="referral_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.company_id} {self.asked_on}"

    @property
    def waits(self) -> bool:
        return self.status in WAITING

    @property
    def overdue(self) -> bool:
        return self.waits and self.due_on < timezone.localdate()

    @property
    def sender(self) -> str:
        """Who sent it, by name. Needs the parties selected."""
        if self.from_company:
            return self.company.name
        party: Organisation | ExternalParty | None = self.from_organisation or self.from_external
        return party.name if party else ""

    @property
    def receiver(self) -> str:
        party: Organisation | ExternalParty | None = self.to_organisation or self.to_external
        return party.name if party else ""

    def age_on(self, day: date) -> int:
        """For how many days the company has waited."""
        return int((day - self.first_asked_on).days)


class ReferralStep(models.Model):
    """What has happened with a referral, one row for each: never changed, only more is said."""

    class Kind(models.TextChoices):
        SENT = "sent", _("sent")
        TAKEN_ON = "taken_on", _("taken on")
        HANDED_OVER = "handed_over", _("handed over to a colleague")
        ANSWERED = "answered", _("answered")
        COMPANY_ANSWERED = "company_answered", _("the company has had its answer")
        CLOSED = "closed", _("closed")
        WITHDRAWN = "withdrawn", _("withdrawn")
        PASSED_ON = "passed_on", _("passed on")
        RETURNED = "returned", _("back again: passing it on was withdrawn")
        REOPENED = "reopened", _("what was noted as answered was taken back")

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="steps", verbose_name=_("referral"))
    kind = models.CharField(_("what happened"), max_length=20, choices=Kind)
    day = models.DateField(_("day"))
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("registered by"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    registered_at = models.DateTimeField(_("registered"), default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("what happened with a referral")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "sent",
                        "taken_on",
                        "handed_over",
                        "answered",
                        "company_answered",
                        "closed",
                        "withdrawn",
                        "passed_on",
                        "returned",
                        "reopened",
                    ]
                ),
                name="referral_step_known",
                violation_error_message=_("Choose what has happened."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.referral_id} {self.kind} {self.day}"


class ReferralNoteQuerySet(models.QuerySet["ReferralNote"]):
    def visible_to(self, actor: Actor) -> "ReferralNoteQuerySet":
        """Those of the own organisation alone; a municipality's are also its parts'. The other side never sees them."""
        if not may(actor, VIEW):
            return self.none()
        seen = Referral.objects.visible_to(actor).order_by().values("pk")
        return self.filter(organisation_id__in=actor.organisation_ids, referral__in=seen)


class ReferralNote(models.Model):
    """What an organisation notes for itself while it works on a referral."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="notes", verbose_name=_("referral"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    text = models.TextField(_("internal note"), max_length=1000)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(_("written"), default=timezone.now)

    objects = ReferralNoteQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("internal note on a referral")
        constraints = [
            models.CheckConstraint(
                condition=Q(text__regex=r"\S"),
                name="referral_note_says_something",
                violation_error_message=_("Write the note."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.referral_id} {self.organisation_id}"


class ReferralReminder(models.Model):
    """That the receiver was reminded, once after so many days. Claimed before the mail leaves, so that none goes twice:
    one that is claimed and neither sent nor failed was cut off, and is looked at by a person."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="reminders", verbose_name=_("referral"))
    after_days = models.PositiveSmallIntegerField(_("after days"))
    claimed_at = models.DateTimeField(_("begun"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed"), null=True, blank=True)
    receivers = models.PositiveSmallIntegerField(_("how many received it"), default=0)

    class Meta:
        ordering = ["referral_id", "after_days"]
        verbose_name = _("reminder of a referral")
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "after_days"],
                name="referral_reminder_once",
                violation_error_message=_("The reminder has been sent already."),
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(failed_at=None),
                name="referral_reminder_sent_or_failed",
                violation_error_message=_("A reminder was sent, or it failed."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral_id} {self.after_days}"


def mark_of(referral: Referral) -> str:
    """What tells versions of a referral apart: when the database last changed it."""
    moment: datetime = referral.updated_at
    return moment.isoformat()
