"""Companies and their matches: what they hold about the company's people, and how a company is erased.

Any company may be a person: a sole trader is one. So all are told of and erased alike.
"""

from datetime import date
from typing import Any

from django.db.models import DateField, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matching.models import (
    BreakReason,
    Company,
    CompanyMerge,
    ContactPerson,
    CountingRule,
    Match,
    MatchAssist,
    MatchTransition,
    MatchType,
    PeriodLock,
    ProductionUnit,
    QualityMark,
    RegisterEntry,
    RegisterProgress,
    Ruling,
    Sample,
    SampleItem,
    Scheme,
    Suspicion,
    WorkArea,
)
from portal.audit.models.logged import organisations_near
from portal.geography.models import AreaMembership
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ledger.models import SubjectMap
from portal.privacy.registry import (
    Activity,
    Blank,
    Delete,
    Holding,
    Keep,
    Retention,
    SubjectKind,
    acted,
    activity,
    holding,
    nobodies,
    subject,
)
from portal.tabular.models import UploadedTable
from portal.tabular.naming import FILES_KEPT, naming

COMPANIES, MATCHES = "matching.companies", "matching.matches"
KIND = "company"
GONE = "Slettet virksomhed"
"""Stands as the name of an erased one: data, so in Danish."""
NO_WORDS = "–"
"""Where the database asks for a reason and there is none to tell any more."""
SOLE_TRADER = 10
"""The register's code of the form "enkeltmandsvirksomhed"."""
WITH_COMPANY = _("Goes with the company.")
COUNTED = _("Is what it counts as; says nothing of whoever it was about.")

activity(
    Activity(
        COMPANIES,
        _("Companies"),
        _("That companies are found, approached and helped once, by whoever can."),
        _("GDPR article 6(1)(e), a task in the public interest. Sole traders are people."),
        _("Sole traders, and those who are named in a company's name and address."),
        _("What the CVR register says, and whether the company had nobody with a higher education before."),
        _("Advisers and partners who work with companies, in the whole portal."),
    )
)
activity(
    Activity(
        MATCHES,
        _("Matches"),
        _("That matches between companies and highly educated people are counted once, and rightly."),
        _("GDPR article 6(1)(e), a task in the public interest; of partners their own basis."),
        _("Sole traders, and staff who registered. The highly educated person is not named."),
        _("Company, type, work area, place of work, days, education level, who registered and checked."),
        _("The organisations that took part, and the programme's data steward."),
    )
)


def _month(name: str) -> Any:
    return TruncMonth(name, output_field=DateField())


def _whole(pk: int) -> "QuerySet[Company]":
    """The company and those that were merged into it: they are it."""
    inner = Company.objects.filter(merged_into=pk).order_by().values("pk")
    return Company.objects.filter(Q(pk=pk) | Q(merged_into=pk) | Q(merged_into__in=inner))


def _matches(pk: int) -> "QuerySet[Match]":
    return Match.objects.filter(company__in=_ids(pk))


def _ids(pk: int) -> Any:
    return _whole(pk).order_by().values("pk")


def _look_up(actor: Actor, text: str) -> "QuerySet[Company]":
    """By name or number."""
    digits = text.replace(" ", "")
    return within_reach(actor).filter(
        Q(cvr=digits) if digits.isdigit() else Q(name__icontains=text) | Q(other_names__icontains=text)
    )


def within_reach(actor: Actor) -> "QuerySet[Company]":
    """Those that lie in the reader's area, or that its organisations have matches with. Who runs the portal finds all
    of them."""
    found = Company.objects.filter(erased_at=None, merged_into=None)
    if actor.organisation is None:
        return found.none()
    if rights.runs_the_portal(actor.organisation):
        return found
    near = organisations_near(actor.organisation, actor)
    areas = Organisation.objects.filter(pk__in=near, area__isnull=False).order_by().values("area")
    places = AreaMembership.objects.on(actor.on).filter(area__in=areas).order_by().values("municipality")
    theirs = Match.objects.filter(Q(created_by__in=near) | Q(registered_by__in=near)).order_by().values("company")
    return found.filter(Q(municipality__in=places) | Q(pk__in=theirs))


def _in_the_way(pk: int) -> Any:
    if Company.objects.get(pk=pk).merged_into_id is not None:
        return gettext("The company has been merged into another one. Erase that one: both go.")
    return ""


def _erase(pk: int) -> None:
    """The key that the ledger issued leads nowhere from now on; the facts stand, and the matches keep their copy."""
    ids = [str(each) for each in _whole(pk).values_list("pk", flat=True)]
    SubjectMap.objects.filter(kind=KIND, object_id__in=ids).delete()


def _restrict(pk: int, stopped: bool) -> None:
    _whole(pk).update(restricted_at=timezone.now() if stopped else None)


def _words(pk: int) -> list[str]:
    found = list(_whole(pk).values_list("name", "cvr"))
    return [word for row in found for word in row if word]


def _waiting_files(pk: int) -> "QuerySet[UploadedTable]":
    """The files that wait to be imported and name the company: its row would bring it back."""
    return naming(UploadedTable.objects.all(), [word for word in _words(pk) if word != GONE])


def _unused(last_day: date) -> "QuerySet[Company]":
    """Sole traders that ceased, with no match since."""
    since = Match.objects.filter(agreed_on__gt=last_day).order_by().values("company")
    people = Company.objects.filter(form_code=SOLE_TRADER, erased_at=None, merged_into=None)
    return people.filter(ceased_on__lte=last_day).exclude(pk__in=since)


subject(
    SubjectKind(
        KIND,
        _("Company (a sole trader is a person)"),
        Company,
        erase=_erase,
        look_up=_look_up,
        in_the_way=_in_the_way,
        restrict=_restrict,
        change=lambda pk: reverse("matching:company_change", args=[pk]),
        words=_words,
        erased=lambda pk: Company.objects.filter(pk=pk, erased_at__isnull=False).exists(),
        ledger=KIND,
        opened="company",
    )
)
EMPTY: dict[str, Any] = dict.fromkeys(("address", "postal_code", "city"), "")
holding(
    Holding(
        Company, KIND, COMPANIES, _whole,
        (
            "cvr", "name", "other_names", "municipality", "address", "postal_code", "city", "industry_code", "industry",
            "industry_version", "employees", "form", "status", "status_text", "ceased_on", "advertising_protected",
            "first_highly_educated", "restricted_at",
        ),
        Blank({
            **EMPTY, "cvr": None, "name": GONE, "other_names": "", "register_id": None, "form": "", "form_code": None,
            "status": "unknown", "status_text": "", "employees": "", "industry": "", "industry_code": "",
            "industry_version": "", "ceased_on": None, "first_highly_educated": None, "advertising_protected": True,
            "register_updated_at": None, "fetched_on": None, "municipality": None, "restricted_at": None,
            "erased_at": timezone.now,
        }),
        Retention("ceased_sole_trader", _unused),
        change=lambda row: reverse("matching:company_change", args=[row.pk]),
    )
)  # fmt: skip
holding(
    Holding(
        ProductionUnit, KIND, COMPANIES, lambda pk: ProductionUnit.objects.filter(company__in=_ids(pk)),
        (
            "number", "name", "municipality", "address", "postal_code", "city", "industry_code", "industry",
            "industry_version", "ceased_on",
        ),
        Delete(), WITH_COMPANY,
    )
)  # fmt: skip
holding(
    Holding(
        RegisterEntry, KIND, COMPANIES, lambda pk: RegisterEntry.objects.filter(company__in=_ids(pk)),
        ("attribute", "code", "value", "valid_from", "valid_to"), Delete(), WITH_COMPANY,
    )
)  # fmt: skip
holding(
    Holding(
        CompanyMerge, KIND, COMPANIES,
        lambda pk: CompanyMerge.objects.filter(Q(kept__in=_ids(pk)) | Q(absorbed__in=_ids(pk))),
        ("reason", "merged_at"), Blank({"reason": "", "moved": {}}), WITH_COMPANY,
        left_out={"moved": _("Numbers of rows, so that the merging can be undone.")},
    )
)  # fmt: skip
holding(
    Holding(
        ContactPerson, KIND, COMPANIES, lambda pk: ContactPerson.objects.filter(company__in=_ids(pk)),
        ("created_at", "left_on"),
        Blank({"name": "", "title": "", "phone": "", "email": "", "erased": True}), WITH_COMPANY,
        rest=_("Tells of another person than the company, and is told to that one."),
    )
)  # fmt: skip
holding(
    Holding(
        Match, KIND, MATCHES, _matches,
        (
            "programme", "match_type", "municipality", "agreed_on", "starts_on", "ends_on", "broken_off_on",
            "broken_off_reason", "stage", "students", "education_level", "scheme", "created_by", "on_behalf_of",
            "work_area", "p_number", "attested_on", "registered_at", "withdrawn_at",
        ),
        Blank({
            "agreed_on": _month("agreed_on"), "starts_on": _month("starts_on"), "ends_on": _month("ends_on"),
            "broken_off_on": _month("broken_off_on"), "counted_on": _month("counted_on"), "attested_on": None,
            "attested_by": "", "different_reason": "", "withdrawn_reason": "", "source_system": "", "external_key": "",
            "p_number": "",
        }),
        WITH_COMPANY,
        left_out={
            "different_reason": _("Compares with another match, which is not the company's to be told of."),
            "withdrawn_reason": _("May tell of another match or person."),
            "attested_by": _("Names another person."),
            "source_system": _("Where the partner keeps it."),
            "external_key": _("The partner's own key."),
            "event": _("The name of a partner's arrangement."),
        },
    )
)  # fmt: skip
holding(
    Holding(
        MatchTransition, KIND, MATCHES, lambda pk: MatchTransition.objects.filter(match__company__in=_ids(pk)),
        ("kind", "day", "break_reason"), Blank({"day": _month("day"), "reason": NO_WORDS}), WITH_COMPANY,
        left_out={"reason": _("May tell of another match or person.")},
    )
)  # fmt: skip
holding(
    Holding(
        Ruling, KIND, MATCHES,
        lambda pk: Ruling.objects.filter(
            Q(suspicion__earlier__company__in=_ids(pk)) | Q(suspicion__later__company__in=_ids(pk))
        ),
        ("outcome", "ruled_at"), Blank({"reason": NO_WORDS}), WITH_COMPANY,
        left_out={"reason": _("Compares two matches, of which the other may be another company's.")},
    )
)  # fmt: skip
holding(
    Holding(
        SampleItem, KIND, MATCHES, lambda pk: SampleItem.objects.filter(match__company__in=_ids(pk)),
        ("outcome", "checked_at"), Blank({"note": NO_WORDS}), WITH_COMPANY,
        left_out={"note": _("What the check of a match showed; may name another person.")},
    )
)  # fmt: skip
holding(
    Holding(
        Suspicion, KIND, MATCHES,
        lambda pk: Suspicion.objects.filter(Q(earlier__company__in=_ids(pk)) | Q(later__company__in=_ids(pk))),
        ("days", "status", "found_at"), Keep(COUNTED), WITH_COMPANY,
        rest=_("Which rules found the two alike."),
    )
)  # fmt: skip
holding(
    Holding(
        UploadedTable, KIND, MATCHES, _waiting_files, ("name", "uploaded_at"), Delete(), FILES_KEPT,
        rest=_("What a file holds is told where it is imported; its content is gone by then."),
        whose=("organisation",),
    )
)  # fmt: skip
for _model in (MatchAssist, QualityMark):
    holding(
        Holding(
            _model, KIND, MATCHES,
            lambda pk, m=_model: m._default_manager.filter(match__company__in=_ids(pk)),  # type: ignore[misc]
            ("organisation",) if _model is MatchAssist else ("stands",), Keep(COUNTED), WITH_COMPANY,
        )
    )  # fmt: skip
acted(MATCHES, Match, MatchTransition, CompanyMerge, Ruling, SampleItem, Sample, CountingRule, PeriodLock)
nobodies("lists that a match is sorted by", MatchType, WorkArea, BreakReason, Scheme)
nobodies("how far a job of the machine has come", RegisterProgress)
