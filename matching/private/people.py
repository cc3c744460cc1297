"""What is held about highly educated people, for how long, and what becomes of it."""

from datetime import date, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from matching.models import Competence, Consent, EducationField, MatchPerson, Person
from matching.people import COARSE, SUBJECT, erase_person
from matching.people_files import PURPOSE
from portal.geography.danish import fold
from portal.identity.actor import Actor
from portal.privacy.registry import (
    Activity,
    Blank,
    Delete,
    Holding,
    Retention,
    SubjectKind,
    acted,
    activity,
    holding,
    nobody,
    subject,
)
from portal.tabular.models import UploadedTable
from portal.tabular.naming import FILES_KEPT, naming

ACTIVITY = "matching.people"
SETTING = "person"
"""In RETENTION_DAYS."""


def due(last_day: date) -> QuerySet[Person]:
    """Those with whom nothing has happened since that day, and those who agreed to something and of whose agreements
    and bases none held any more when it was said that they go. A restricted person's data are kept: that is what
    restriction is."""
    said_on = last_day + timedelta(days=settings.RETENTION_DAYS[SETTING] - settings.RETENTION_GRACE_DAYS)
    any_at_all = Consent.objects.filter(person=OuterRef("pk")).order_by()
    lasting = any_at_all.filter(
        Q(withdrawn_at=None) | Q(withdrawn_at__date__gt=said_on), Q(expires_on=None) | Q(expires_on__gt=said_on)
    )
    ended = Exists(any_at_all) & ~Exists(lasting)
    people: QuerySet[Person] = Person.objects.usable().filter(Q(last_active_on__lte=last_day) | Q(ended))
    return people


def look_up(actor: Actor, text: str) -> QuerySet[Person]:
    """Whom the actor's organisation finds by a name, an e-mail address or a telephone number, restricted or not."""
    words = fold(" ".join(text.split()))
    own: QuerySet[Person] = Person.objects.visible_to(actor).of(actor)
    return own.filter(Q(folded_name__contains=words) | Q(email__iexact=text.strip()) | Q(phone=text.strip()))


def restrict(pk: int, stopped: bool) -> None:
    """What a case of restriction asks for. Where the organisation has written a reason of its own it stays, also when
    the case allows the use again."""
    rows = Person.objects.standing().filter(pk=pk)
    if not stopped:
        rows.filter(restricted_why__in=_reasons_of_cases()).update(restricted=False, restricted_why="")
    else:
        rows.filter(restricted=False).update(restricted=True, restricted_why=gettext("Requested by the person."))


def _reasons_of_cases() -> list[str]:
    """As `restrict` writes it, in the language of whoever did it."""
    said = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            said.append(gettext("Requested by the person."))
    return said


def is_anonymised(pk: int) -> bool:
    return Person.objects.filter(pk=pk, anonymised_at__isnull=False).exists()


def words(pk: int) -> list[str]:
    """By what a draft that somebody else is writing is known to be about the person."""
    return [text for text in Person.objects.values_list("name", "email", "phone").get(pk=pk) if text]


def waiting_files(pk: int) -> QuerySet[UploadedTable]:
    """The lists that wait to be imported and name the person."""
    person = Person.objects.get(pk=pk)
    return naming(UploadedTable.objects.filter(organisation=person.owner_id, purpose=PURPOSE), [person.name])


activity(
    Activity(
        key=ACTIVITY,
        title=_("Matching companies with highly educated people"),
        purpose=_("To find a match between a company and a highly educated person, and to follow up on it."),
        basis=_(
            "By person and purpose: consent (GDPR article 6(1)(a)), the organisation's own member or student relation "
            "(6(1)(b) or (f)), or the task of a public authority (6(1)(e)). The basis stands on each person. To be "
            "confirmed by each partner's data protection officer."
        ),
        of_whom=_("Students, graduates, unemployed and employed people with a higher education"),
        what=_(
            "Name, e-mail, telephone, status, education, competences, municipality of residence, mobility, languages, "
            "from when they are available or unemployed, what they agreed to, and their matches. No CPR number."
        ),
        recipients=_(
            "The organisation that registered the person. Partners of a programme only where the person agreed to be "
            "shown there, and as long as the agreement holds."
        ),
    )
)
subject(
    SubjectKind(
        SUBJECT, _("highly educated person"), Person, erase_person, look_up=look_up, restrict=restrict,
        change=lambda pk: reverse("matching:person_change", args=[pk]), words=words, erased=is_anonymised,
        opened="highly_educated",
    )
)  # fmt: skip
holding(
    Holding(
        model=Person,
        subject=SUBJECT,
        activity=ACTIVITY,
        rows=lambda pk: Person.objects.filter(pk=pk),
        shows=(
            "owner", "name", "email", "phone", "status", "level", "field", "institution", "education", "completed_on",
            "competences", "competence_words", "language_note", "residence", "reach", "reach_places", "may_move",
            "available_from", "unemployed_since", "restricted", "restricted_why", "external_key", "last_active_on",
            "created_at",
        ),
        erasure=Blank({**COARSE}),
        retention=Retention(SETTING, due),
    )
)  # fmt: skip
holding(
    Holding(
        model=Consent,
        subject=SUBJECT,
        activity=ACTIVITY,
        rows=lambda pk: Consent.objects.filter(person=pk),
        shows=("purpose", "programme", "basis", "given_on", "how", "expires_on", "withdrawn_at"),
        erasure=Delete(),
        retention=_("Goes with the person."),
    )
)
holding(
    Holding(
        model=MatchPerson,
        subject=SUBJECT,
        activity=ACTIVITY,
        rows=lambda pk: MatchPerson.objects.filter(person=pk),
        shows=("match", "added_at"),
        erasure=Delete(),
        retention=_("Goes with the person."),
    )
)
holding(
    Holding(
        model=UploadedTable,
        subject=SUBJECT,
        activity=ACTIVITY,
        rows=waiting_files,
        shows=("name", "uploaded_at"),
        erasure=Delete(),
        retention=FILES_KEPT,
        rest=_("What a file holds is told where it is imported; its content is gone by then."),
    )
)
acted(ACTIVITY, Consent, MatchPerson)
nobody(EducationField, "a list of fields of education, the same for everybody")
nobody(Competence, "a list of competences, the same for everybody")
