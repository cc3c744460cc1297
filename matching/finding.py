"""From what stands in the company field to a company, to a list to choose from, or to a new one.

Pure of the page: the same steps whether the browser runs our script or not.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from matching.companies import NewCompany, by_cvr, cvr_message, looks_like_cvr, near, search, tidy
from matching.models import Company
from portal.geography.danish import fold
from portal.ui import formats
from portal.ui.cvr import clean_cvr

NEW = "new"
NOTHING = NewCompany("")


@dataclass(frozen=True)
class Typed:
    """The company part of the form as it was sent.

    `chosen` is the id of a company, "new" or "". `searched` is the text that the choice was offered for: when the
    person has typed something else since, the choice no longer holds.
    """

    text: str
    chosen: str = ""
    searched: str = ""
    new: NewCompany = NOTHING


@dataclass(frozen=True)
class Found:
    """`company` when it is settled; else `candidates` to choose from, and whether a new one may be added."""

    company: Company | NewCompany | None = None
    candidates: list[Company] = field(default_factory=list)
    offer_new: bool = False
    new: NewCompany = NOTHING
    text: str = ""
    errors: dict[str, str] = field(default_factory=dict)


def resolve(typed: Typed, *, submitted: bool = False) -> Found:
    """What the company part means. `submitted`: this very form was saved before, so nothing is asked again."""
    text = tidy(typed.text)
    if text == tidy(typed.searched):
        if typed.chosen == NEW:
            return Found(company=typed.new, text=text, new=typed.new) if submitted else _new(text, typed.new)
        if typed.chosen.isascii() and typed.chosen.isdigit():
            company = Company.objects.filter(pk=int(typed.chosen)).select_related("municipality").first()
            if company is not None:
                return Found(company=company, text=text)
    if not text:
        return Found(errors={"company_text": _("Enter the company's name or CVR number.")})
    return _number(text) if looks_like_cvr(text) else _name(text)


def _number(text: str) -> Found:
    number = clean_cvr(text)
    message = cvr_message(number)
    if message:
        return Found(text=text, errors={"company_text": message})
    company = by_cvr(number)
    if company is not None:
        return Found(company=company, text=text)
    return Found(
        text=text,
        offer_new=True,
        new=NewCompany("", cvr=number),
        errors={
            "company_text": _("CVR number %(number)s is not here yet. Add the company's name and municipality below.")
            % {"number": formats.cvr(number)}
        },
    )


def _name(text: str) -> Found:
    found = search(text)
    exact = [company for company in found if fold(company.name) == fold(text)]
    if len(exact) == 1:
        return Found(company=exact[0], text=text)
    message = (
        _("Choose the company from the list, or add it.")
        if found
        else _("No company is called “%(text)s”. Check the spelling or add it below.") % {"text": text}
    )
    return Found(candidates=found, offer_new=True, new=NewCompany(text), text=text, errors={"company_text": message})


def _new(text: str, new: NewCompany) -> Found:
    """A new company, unless it turns out to be here already or to be called almost like another that was not shown."""
    known = by_cvr(new.cvr) if clean_cvr(new.cvr) else None
    if known is not None:
        message = _("The number belongs to %(name)s. Choose it below, or correct the number.") % {"name": known.name}
        return Found(candidates=[known], offer_new=True, new=new, text=text, errors={"company_text": message})
    if fold(tidy(new.name)) != fold(text):
        alike = near(new.name)
        if alike:
            message = _("Companies here have nearly the same name. Choose one of them, or choose the new one again.")
            name = tidy(new.name)
            return Found(candidates=alike, offer_new=True, new=new, text=name, errors={"company_text": message})
    return Found(company=new, text=text, new=new)
