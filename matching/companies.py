"""Finding a company by three letters or a CVR number, and adding one that nobody has met before."""

import re
from collections.abc import Container, Hashable, Iterable
from dataclasses import dataclass

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db.models import Case, IntegerField, Q, When
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from matching.errors import Invalid
from matching.expressions import IsAnyOf
from matching.models import Company
from matching.models.companies import LEGAL_FORM, CompanyQuerySet
from portal.geography.danish import Fold, fold
from portal.geography.models import Municipality
from portal.identity.rights import Refused
from portal.ui import formats
from portal.ui.cvr import clean_cvr, cvr_problem

SHORTEST = 2
"""Fewer letters find nothing: they would find everything."""
NEAR = 0.55
"""From this trigram similarity on, two names are near enough to ask whether it is the same company."""

_LEGAL_FORM = re.compile(LEGAL_FORM)


@dataclass(frozen=True)
class NewCompany:
    """A company that is not in the portal: a name, and a CVR number or (the code of) a municipality, or both."""

    name: str
    municipality: str | None = None
    cvr: str = ""

    @cached_property
    def number(self) -> str:
        """The CVR number without what people write between its digits."""
        return clean_cvr(self.cvr)

    @cached_property
    def folded_name(self) -> str:
        return fold(tidy(self.name))


def tidy(name: str) -> str:
    """A name without spaces around it and with single ones inside; a null, which no database keeps, is one too."""
    return " ".join(name.replace("\0", " ").split())


def core(name: str) -> str:
    """The folded name without its legal form, as the index of companies has it (matching.models.companies.CORE)."""
    return _LEGAL_FORM.sub("", fold(tidy(name)))


def looks_like_cvr(text: str) -> bool:
    """Did the person mean a CVR number? Nothing but digits, with or without DK, spaces, dots and hyphens."""
    number = clean_cvr(text)
    return number.isascii() and number.isdigit() and len(number) >= 6


def cvr_message(number: str) -> str | None:
    """What to do about a cleaned CVR number; None when it holds."""
    problem = cvr_problem(number)
    if problem == "length":
        return _("A CVR number has 8 digits. Check that none is missing or too many.")
    if problem == "check_digit":
        return _("%(number)s is not a CVR number. Check whether two digits have changed places.") % {
            "number": formats.cvr(number)
        }
    return None


def use_stopped() -> str:
    """Why nothing new is registered about a company that is restricted or erased (GDPR articles 17 and 18)."""
    return _("The company has asked that the use of what we hold about it stops.")


def require_in_use(company: Company) -> None:
    """Raises Refused for a company that has asked that its data are not used."""
    if not company.in_use:
        raise Refused(use_stopped())


def by_cvr(text: str) -> Company | None:
    """The company of a CVR number typed in any usual way; of one that was merged, the one it went into."""
    return standing(Company.objects.filter(cvr=clean_cvr(text)).select_related("municipality").first())


def standing(company: Company | None) -> Company | None:
    """The company itself, or the one that it was merged into."""
    if company is None or company.merged_into_id is None:
        return company
    return Company.objects.select_related("municipality").get(pk=company.merged_into_id)


def named(folded: str) -> Q:
    """Companies that have each of the words in their name or in another one; needs `with_other_names`."""
    words = Q()
    for word in folded.split():
        words &= Q(folded_name__contains=word) | Q(folded_others__contains=word)
    return words


def with_other_names(companies: CompanyQuerySet) -> CompanyQuerySet:
    """With the other names folded, as they are indexed."""
    return companies.annotate(folded_others=Fold("other_names"))


def search(text: str, limit: int = 8) -> list[Company]:
    """The companies that `text` may mean, the likeliest first. At most three queries, whatever the number of companies.

    By CVR number from three digits, by name from two letters: "alb", "ålborg køl" and "limfjrd" find "Aalborg Køl" and
    "Limfjord"; æ, ø, å may be written ae, oe, aa, and words may stand in any order.
    """
    folded = fold(tidy(text))
    digits = clean_cvr(text)
    if len(folded) < SHORTEST:
        return []
    begins = Q(folded_name__startswith=folded)
    if digits.isascii() and digits.isdigit() and len(digits) >= 3:
        begins |= Q(cvr__startswith=digits)
    companies = with_other_names(Company.objects.standing().select_related("municipality"))
    exact_first = Case(When(folded_name=folded, then=0), default=1, output_field=IntegerField())
    found = list(companies.filter(begins).order_by(exact_first, "sort_key", "pk")[:limit])
    if len(found) == limit or len(folded) == SHORTEST:
        return found
    # What is found so far is what most people mean; the wider nets are cast only while there is room.
    inside = Case(When(folded_name__contains=f" {folded}", then=0), default=1, output_field=IntegerField())
    others = companies.exclude(pk__in=[company.pk for company in found])
    found += others.filter(named(folded)).order_by(inside, "sort_key", "pk")[: limit - len(found)]
    if not found:
        found += (
            companies.filter(folded_name__trigram_word_similar=folded)
            .annotate(likeness=TrigramWordSimilarity(folded, "folded_name"))
            .order_by("-likeness", "sort_key", "pk")[:limit]
        )
    return found


def near(name: str, limit: int = 5) -> list[Company]:
    """Companies whose names are so near to `name` that it may be the same one. One query."""
    wanted = core(name)
    if len(wanted) < SHORTEST:
        return []
    return list(
        Company.objects.standing()
        .filter(folded_name__trigram_word_similar=wanted)
        .select_related("municipality")
        .annotate(likeness=TrigramSimilarity("folded_name", wanted))
        .filter(likeness__gte=NEAR)
        .order_by("-likeness", "sort_key", "pk")[:limit]
    )


def problems(new: NewCompany, municipalities: Container[str] | None = None) -> dict[str, list[str]]:
    """What is wrong with a new company: field name (company_name, company_cvr, company_municipality) -> what to do.

    `municipalities`: the codes of all municipalities, where the caller has them; else they are asked for.
    """
    errors: dict[str, list[str]] = {}
    name = tidy(new.name)
    if not name:
        errors["company_name"] = [_("Enter the company's name.")]
    elif len(name) > 160:
        errors["company_name"] = [_("The name may have at most 160 letters. Shorten it.")]
    number = new.number
    if number and (message := cvr_message(number)):
        errors["company_cvr"] = [message]
    if new.municipality:
        if municipalities is None:
            found = Municipality.objects.filter(code=new.municipality, kind=Municipality.Kind.MUNICIPALITY)
            municipalities = set(found.values_list("code", flat=True))
        if new.municipality not in municipalities:
            errors["company_municipality"] = [_("Choose the company's municipality from the list.")]
    elif not number:
        errors["company_municipality"] = [_("Choose the company's municipality, so that it can be found later.")]
    return errors


def same_company(new: NewCompany) -> Q:
    """The company that a new one would be: of its number, or of its name and municipality among those without one."""
    if new.number:
        return Q(cvr=new.number)
    return Q(cvr=None, folded_name=new.folded_name, municipality_id=new.municipality)


def find_or_add_all(wanted: Iterable[NewCompany], *, fictional: bool = False) -> dict[NewCompany, Company]:
    """As `find_or_add`, of companies that have no `problems`, in four queries however many. Call it inside an entry."""
    new = list(dict.fromkeys(wanted))
    numbers = {each.number for each in new} - {""}
    names = {each.folded_name for each in new if not each.number}
    known = Company.objects.filter(Q(IsAnyOf("cvr", numbers)) | Q(IsAnyOf("folded_name", names), cvr=None))

    def found() -> dict[Hashable, Company]:
        rows = known.select_related("merged_into").order_by("pk")
        return {row.cvr or (row.folded_name, row.municipality_id): row.merged_into or row for row in rows}

    there = found()
    missing = {_key(each): each for each in new if _key(each) not in there}
    if missing:
        Company.objects.bulk_create(
            [_company(each, fictional=fictional) for each in missing.values()],
            ignore_conflicts=True,  # waits for another's uncommitted rows, which are then read
        )
        there = found()
    return {each: there[_key(each)] for each in new}


def _key(new: NewCompany) -> Hashable:
    """What makes it the same company as another: see `same_company`."""
    return new.number or (new.folded_name, new.municipality)


def _company(new: NewCompany, *, fictional: bool) -> Company:
    return Company(
        cvr=new.number or None,
        name=tidy(new.name),
        municipality_id=new.municipality or None,
        fictional=fictional and (not new.number or new.number.startswith("99")),
    )


def find_or_add(new: NewCompany, *, fictional: bool = False) -> Company:
    """The company of that CVR number, or of that name and municipality without a number; added when there is none.

    Two who add the same one at the same time get one company. Raises Invalid. Call it inside `ledger.entry()`.
    """
    errors = problems(new)
    if errors:
        raise Invalid(errors)
    known = Company.objects.filter(same_company(new)).select_related("municipality")
    company = known.first()
    if company is None:
        Company.objects.bulk_create(
            [_company(new, fictional=fictional)],
            ignore_conflicts=True,  # waits for another's uncommitted row, which is then read
        )
        company = known.get()
    found = standing(company)
    assert found is not None  # for the type checker: a company leads to itself or to another
    return found
