"""Companies: the list, as page and as file, and one with what the register says, its places of work and its matches."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.candidates import candidates_for
from matching.changing import CHANGE, is_typed, mark, thing
from matching.companies import named, tidy, with_other_names
from matching.company_forms import CompanyListForm
from matching.guidance.shown import on_company_page as guidance_of_company
from matching.merging import MERGE
from matching.models import Company, CompanyMerge, Match
from matching.models.companies import CompanyQuerySet
from matching.views.company_tables import (
    COLUMNS,
    company_url,
    details_of,
    file_row_of,
    history_table,
    look_up_url,
    matches_table,
    row_of,
    units_table,
)
from matching.views.contact_company import of_company
from portal.audit.openings import opened
from portal.drafts.conflicts import VERSION
from portal.drafts.versions import Shown
from portal.geography.danish import Fold, fold
from portal.identity import rights
from portal.identity.views import ActionMixin
from portal.ui import export
from portal.ui.cvr import clean_cvr
from portal.ui.pagination import keyset
from portal.ui.tables import Table

VIEW = "matching.view_companies"
ORDER = ("sort_key", "id")
PAGE = 25
COUNTED_TO = 10_000
NEWEST = 10
"""So many matches stand on the company's page; the list of matches has all."""


def filtered(companies: CompanyQuerySet, chosen: dict[str, Any]) -> CompanyQuerySet:
    """Those companies that the filters leave; `chosen` is the cleaned data of CompanyListForm, or the API's."""
    plain = {name: chosen.get(name) for name in ("municipality", "employees", "status")}
    companies = companies.filter(**{name: value for name, value in plain.items() if value})
    if chosen.get("use") == "outreach":
        companies = companies.outreach()
    elif chosen.get("use") == "without_cvr":
        companies = companies.waiting()
    if industry := tidy(chosen.get("industry") or ""):
        digits = industry.replace(".", "")
        if digits.isascii() and digits.isdigit():
            companies = companies.filter(industry_code__startswith=digits)
        else:
            described: Any = companies.annotate(folded_industry=Fold("industry"))
            companies = described.filter(folded_industry__contains=fold(industry))
    return by_text(companies, tidy(chosen.get("text") or ""))


def by_text(companies: CompanyQuerySet, text: str) -> CompanyQuerySet:
    """By the beginning of a CVR number, or by words of a name, which are looked for more loosely when none has them."""
    if not text:
        return companies
    digits = clean_cvr(text)
    if digits.isascii() and digits.isdigit():
        return companies.filter(cvr__startswith=digits)
    folded = fold(text)
    found = with_other_names(companies).filter(named(folded))
    if len(folded) > 2 and not found.exists():
        return companies.filter(folded_name__trigram_word_similar=folded)
    return found


class CompanyList(ActionMixin):
    """/virksomheder/?text=&municipality=&industry=&employees=&status=&use="""

    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = CompanyListForm(request.GET)
        form.is_valid()
        chosen = form.cleaned_data
        companies = filtered(Company.objects.visible_to(self.actor).standing(), chosen)
        rows = companies.select_related("municipality")
        outreach = chosen.get("use") == "outreach"
        left_out = self.left_out(chosen) if outreach else ""
        kind = export.requested(request)
        if kind is not None:
            return export.export_response(kind, _("companies"), COLUMNS, _lines(rows.order_by(*ORDER), left_out))
        page = keyset(rows, request.GET, ORDER, size=PAGE)
        number = companies.order_by().values("pk")[: COUNTED_TO + 1].count()
        context = {
            "filter_form": form,
            "table": Table(
                caption=_("Companies"),
                columns=COLUMNS,
                rows=[row_of(company) for company in page.rows],
                caption_hidden=True,
                empty=_("No company fits. Remove a filter."),
            ),
            "page": page,
            "filtering": any(chosen.values()) or bool(form.errors),
            "number": min(number, COUNTED_TO),
            "many": number > COUNTED_TO,
            "left_out": left_out,
        }
        return render(request, "matching/companies.html", context)

    def left_out(self, chosen: dict[str, Any]) -> str:
        """How many a list for outreach leaves out, and why; "" for none."""
        everybody = filtered(Company.objects.visible_to(self.actor).standing(), {**chosen, "use": ""})
        number = everybody.filter(advertising_protected=True).order_by().count()
        return protected_words(number)


def protected_words(number: int) -> str:
    if not number:
        return ""
    text = ngettext(
        "%(number)d company is left out: it is protected against advertising, and must not be approached unasked.",
        "%(number)d companies are left out: they are protected against advertising, and must not be approached "
        "unasked.",
        number,
    )
    return text % {"number": number}


def _lines(companies: CompanyQuerySet, left_out: str) -> Iterator[dict[str, Any]]:
    for company in companies.iterator(chunk_size=2000):
        yield file_row_of(company)
    if left_out:
        yield {column.key: "" for column in COLUMNS} | {"name": left_out}


class CompanyPage(ActionMixin):
    """/virksomheder/<pk>/"""

    action = VIEW

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        rows = Company.objects.visible_to(self.actor).select_related("municipality")
        company: Company = get_object_or_404(rows, pk=pk)
        if company.merged_into_id is not None:
            return redirect(company_url(company.merged_into_id))
        opened("company", company.pk)
        matches = Match.objects.visible_to(self.actor).filter(company=company)
        newest = list(matches.with_line()[: NEWEST + 1])
        may_merge = rights.may(self.actor, MERGE)
        context = {
            "company": company,
            "details": details_of(company),
            "units": units_table(company),
            "history": history_table(company),
            "matches": matches_table(newest[:NEWEST]),
            "more_matches": len(newest) > NEWEST,
            "look_up": look_up_url(company),
            "typed": is_typed(company),
            "may_change": rights.may(self.actor, CHANGE),
            "may_merge": may_merge,
            "may_refer": company.in_use and rights.may(self.actor, "matching.send_referral"),
            "merges": _merges(company) if may_merge else [],
            **guidance_of_company(self.actor, company),
            "may_see_matches": rights.may(self.actor, "matching.view_matches"),
            **of_company(self.actor, company),
        }
        return render(request, "matching/company.html", context)


def _merges(company: Company) -> list[CompanyMerge]:
    return list(company.merges.filter(undone_at=None).select_related("absorbed", "merged_by"))


class CompanyQueue(ActionMixin):
    """/virksomheder/uden-cvr/: those without a CVR number, each with what it may be, to be settled with one press."""

    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponseBase:
        waiting = Company.objects.visible_to(self.actor).waiting().select_related("municipality")
        page = keyset(waiting, request.GET, ORDER, size=PAGE)
        candidates = candidates_for(page.rows)
        may_merge = rights.may(self.actor, MERGE)
        items = []
        for company in page.rows:
            opened("company", company.pk)
            likely = candidates.get(company.pk, [])
            for each in likely:
                opened("company", each.pk)
            shown = Shown(thing(company), mark(company), timezone.now()).signed(self.actor.user) if may_merge else ""
            items.append({"company": company, "candidates": likely, "version": shown})
        context = {
            "items": items,
            "page": page,
            "number": waiting.order_by().count(),
            "may_merge": may_merge,
            "may_change": rights.may(self.actor, CHANGE),
            "version_field": VERSION,
        }
        return render(request, "matching/company_queue.html", context)
