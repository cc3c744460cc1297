"""What services and referrals hold about people: employees by name in the overview of services, whom one talks with at
a company, companies that are one person's, and the portal's users who wrote it down."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from matching.models import (
    ExternalParty,
    Referral,
    ReferralNote,
    ReferralReminder,
    ReferralStep,
    Service,
    ServiceContact,
)
from portal.identity.actor import Actor
from portal.privacy.registry import (
    Activity,
    Blank,
    Carrier,
    Delete,
    Holding,
    SubjectKind,
    acted,
    activity,
    carrier,
    holding,
    nobody,
    subject,
)

SERVICES, REFERRALS = "matching.services", "matching.referrals"
EMPTIED = "–"

activity(
    Activity(
        key=SERVICES,
        title=_("Overview of services"),
        purpose=_("Partners and companies find whom to write to."),
        basis=_("Public task (GDPR article 6(1)(e)): the partners' agreement on central recruiting services."),
        of_whom=_("Employees of the partners who are named as contacts."),
        what=_("Name, job title, telephone and e-mail at work."),
        recipients=_("Everybody in the portal who helps companies."),
    )
)
activity(
    Activity(
        key=REFERRALS,
        title=_("Referrals between partners"),
        purpose=_("Companies that ask for help are led to who can give it, and get an answer."),
        basis=_("Public task (GDPR article 6(1)(e)): the business promotion act and the act on employment services."),
        of_whom=_("Contact people of companies, and companies that are one person's."),
        what=_("Company, contact person, what was asked and what was answered."),
        recipients=_("The organisation that refers and the one that receives."),
    )
)


def look_up(actor: Actor, text: str) -> "QuerySet[ServiceContact]":
    """By name, e-mail address or telephone number, among the own organisation's."""
    wanted = text.strip()
    found = Q(name__icontains=wanted) | Q(email__iexact=wanted) | Q(phone=wanted)
    return ServiceContact.objects.filter(found, service__organisation__in=actor.organisation_ids)


def words(pk: int) -> list[str]:
    """By what a draft that somebody else is writing is known to be about the person."""
    return [text for text in ServiceContact.objects.values_list("name", "email", "phone").get(pk=pk) if text]


subject(
    SubjectKind(
        "service_contact",
        _("Contact of a service"),
        ServiceContact,
        look_up=look_up,
        words=words,
    )
)
carrier(
    Carrier(
        "referral_reminders",
        "mail",
        _("Reminders of referrals: that one waits, since when, and its address in the portal."),
        _("By the mail server and whoever got them."),
        _("Out of the portal's hands."),
        code=("matching.reminders._message",),
    )
)


TEXTS = {"asked": EMPTIED, "answer": "", "contact_person": None}
"""`alternatives` stays: it names partners, and a no asks for it."""
PARTIES = ("from_organisation", "to_organisation", "registered_by")
TOLD = ("asked", "answer", "alternatives", "receiver_kind")
KEPT = _("Goes with the company, or with its contact person.")

holding(
    Holding(
        model=ServiceContact,
        subject="service_contact",
        activity=SERVICES,
        rows=lambda pk: ServiceContact.objects.filter(pk=pk),
        shows=("name", "title", "phone", "email"),
        erasure=Delete(),
        retention=_("Goes when the organisation names another contact."),
    )
)
holding(
    Holding(
        model=Referral,
        subject="contact_person",
        whose=PARTIES,
        activity=REFERRALS,
        rows=lambda pk: Referral.objects.filter(contact_person=pk),
        shows=(*TOLD, "asked_on", "kind", "outcome"),
        erasure=Blank(TEXTS),
        retention=KEPT,
    )
)
holding(
    Holding(
        model=Referral,
        subject="company",
        whose=PARTIES,
        activity=REFERRALS,
        rows=lambda pk: Referral.objects.filter(company=pk),
        shows=(*TOLD, "asked_on", "kind", "outcome"),
        erasure=Blank(TEXTS),
        retention=KEPT,
    )
)
for _subject, _column in (("contact_person", "referral__contact_person"), ("company", "referral__company")):
    holding(
        Holding(
            model=ReferralNote,
            subject=_subject,
            whose=("organisation",),
            activity=REFERRALS,
            rows=lambda pk, column=_column: ReferralNote.objects.filter(**{column: pk}),  # type: ignore[misc]
            shows=("written_at", "text"),
            erasure=Delete(),
            retention=_("Goes with the referral."),
        )
    )
    holding(
        Holding(
            model=ReferralStep,
            subject=_subject,
            whose=tuple(f"referral__{party}" for party in PARTIES),
            activity=REFERRALS,
            rows=lambda pk, column=_column: ReferralStep.objects.filter(**{column: pk}),  # type: ignore[misc]
            shows=("kind", "day", "reason"),
            erasure=Blank({"reason": ""}),
            retention=_("Goes with the referral."),
        )
    )
acted(REFERRALS, Referral, ReferralStep, ReferralNote)
acted(SERVICES, Service)
nobody(ReferralReminder, "that a mail was sent, and when; not to whom")
nobody(ExternalParty, "agencies, funds, clusters and firms; people are not named")
nobody(Service.match_types.through, "codes")
nobody(Service.municipalities.through, "codes")
