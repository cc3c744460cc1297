"""What is held about the people one talks with at companies, and in contacts and needs."""

from datetime import date
from typing import Any

from django.db.models import Case, Exists, Max, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matching.models import CompanyContact, ContactPerson, ContactTheme, GuidanceCourse, Need, NeedMatch, Referral
from matching.private.companies import within_reach
from portal.identity.actor import Actor
from portal.privacy.registry import (
    Activity,
    Blank,
    Holding,
    Retention,
    SubjectKind,
    acted,
    activity,
    holding,
    nobody,
    subject,
)
from portal.ui.cvr import clean_cvr

KEY = "matching.contacts"
NAMELESS = {"name": "", "title": "", "phone": "", "email": "", "erased": True}
_STEP = Case(When(next_step="", then=Value("")), default=Value("–"))
WORDLESS = {"text": "", "next_step": _STEP}
"""That a step is to be taken stays, with its day; what was written of it may tell of the person."""
STEPLESS = {"text": "", "next_step": "", "next_step_on": None, "next_step_by": None, "next_step_done_on": None}
"""Of a company that is gone nobody takes a step any more."""
GOES_ALONG = _("goes with the contact person and the company")

activity(
    Activity(
        key=KEY,
        title=_("Contacts with companies and what they need"),
        purpose=_("To know whom to talk with at a company, what was agreed, and which need a match could meet."),
        basis=_("A task in the public interest: business promotion (GDPR, article 6(1)(e))."),
        of_whom=_("People at companies whom advisers and partners talk with."),
        what=_("Name, job title, telephone and e-mail at work; contacts, what was said in them, and needs."),
        recipients=_("The organisation that had the contact; what it shares, its partners in the programme."),
    )
)


def look_up(actor: Actor, text: str) -> "QuerySet[ContactPerson]":
    """By a name, an e-mail address or a telephone number, or by the company's CVR number; of companies within reach."""
    wanted = text.strip()
    found = Q(email__iexact=wanted) | Q(phone=wanted) | Q(company__cvr=clean_cvr(wanted)) | Q(name__icontains=wanted)
    return ContactPerson.objects.filter(found, erased=False, company__in=within_reach(actor).order_by().values("pk"))


def words(pk: int) -> list[str]:
    """By what a draft that somebody else is writing is known to be about the person."""
    return [text for text in ContactPerson.objects.values_list("name", "email", "phone").get(pk=pk) if text]


def _change(pk: int) -> str:
    company = ContactPerson.objects.values_list("company", flat=True).get(pk=pk)
    return reverse("matching:contact_person_change", args=[company, pk])


subject(
    SubjectKind(
        "contact_person",
        _("Contact person at a company"),
        ContactPerson,
        look_up=look_up,
        words=words,
        change=_change,
        erased=lambda pk: ContactPerson.objects.filter(pk=pk, erased=True).exists(),
    )
)


def due(last_day: date) -> "QuerySet[Any]":
    """People of whom nothing has been heard since: neither that they left nor a contact, nor that they were added; and
    of whom no need, referral or course of guidance is open or has been worked on since."""
    added, standing = TruncDate("created_at"), Q(contacts__withdrawn_at=None)
    talked_on = Coalesce(Max("contacts__contacted_on", filter=standing), added)
    last = Greatest(Coalesce("left_on", added), talked_on)
    heard_long_ago = (
        ContactPerson.objects.filter(erased=False).annotate(last_heard=last).filter(last_heard__lte=last_day)
    )
    theirs = OuterRef("pk")
    needs = Need.objects.filter(contact_person=theirs)
    referrals = Referral.objects.filter(contact_person=theirs)
    courses = GuidanceCourse.objects.standing().filter(contact=theirs)
    return heard_long_ago.exclude(
        Exists((needs.waiting() | needs.filter(stepped_on__gt=last_day)).order_by())
        | Exists((referrals.company_waits() | referrals.filter(company_answered_on__gt=last_day)).order_by())
        | Exists(courses.filter(Q(ended_on=None) | Q(ended_on__gt=last_day)).order_by())
    )


holding(
    Holding(
        model=ContactPerson,
        subject="contact_person",
        activity=KEY,
        rows=lambda pk: ContactPerson.objects.filter(pk=pk),
        shows=("company", "name", "title", "phone", "email", "left_on", "created_at"),
        erasure=Blank(dict(NAMELESS)),
        retention=Retention("contact_person", due),
    )
)
holding(
    Holding(
        model=CompanyContact,
        subject="contact_person",
        whose=("organisation",),
        activity=KEY,
        rows=lambda pk: CompanyContact.objects.filter(contact_person=pk),
        shows=("company", "contacted_on", "organisation", "kind", "themes", "text", "next_step", "next_step_on"),
        erasure=Blank(dict(WORDLESS)),
        retention=GOES_ALONG,
    )
)
holding(
    Holding(
        model=Need,
        subject="contact_person",
        whose=("organisation",),
        activity=KEY,
        rows=lambda pk: Need.objects.filter(contact_person=pk),
        shows=("company", "found_on", "organisation", "kind", "wish"),
        erasure=Blank({"contact_person": None}),
        retention=GOES_ALONG,
        rest=_("What else is said of a need is the company's."),
    )
)
# A sole trader is a person, and so is the company then.
holding(
    Holding(
        model=CompanyContact,
        subject="company",
        whose=("organisation",),
        activity=KEY,
        rows=lambda pk: CompanyContact.objects.filter(company=pk),
        shows=("contacted_on", "organisation", "kind", "themes", "text", "next_step", "next_step_on"),
        erasure=Blank(dict(STEPLESS)),
        retention=GOES_ALONG,
    )
)
holding(
    Holding(
        model=Need,
        subject="company",
        whose=("organisation",),
        activity=KEY,
        rows=lambda pk: Need.objects.filter(company=pk),
        shows=(
            "found_on",
            "organisation",
            "kind",
            "wish",
            "potential",
            "tasks",
            "competences",
            "match_types",
            "close_note",
        ),
        erasure=Blank({"wish": "–", "potential": "", "tasks": "", "close_note": ""}),
        retention=GOES_ALONG,
    )
)
acted(KEY, CompanyContact, Need, NeedMatch)
nobody(ContactTheme, "a list of words")
