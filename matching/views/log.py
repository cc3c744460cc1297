"""Log a match on one page, and the list of companies that comes while one types."""

import uuid
from contextlib import suppress
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.companies import NewCompany, cvr_message, looks_like_cvr, search, tidy
from matching.entries import MatchEntry
from matching.finding import NEW, Found, resolve
from matching.forms import LogForm
from matching.matches import Invalid, LikelyTwin, Receipt, Twin, likely_twins, register_match, was_submitted
from matching.models import Company
from portal.audit.openings import opened
from portal.audit.submissions import OtherContent
from portal.drafts import controls
from portal.drafts.pages import DraftPage
from portal.identity.actor import Actor
from portal.identity.views import ActionMixin
from portal.ui.cvr import clean_cvr
from portal.ui.dates import DateError, parse_date

SUGGESTED = 6
"""More would push the rest of the form off a phone's screen."""
KEPT = ("programme", "created_by", "match_type", "municipality", "work_area", "company_text")
"""What an address may fill in beforehand, besides the date (agreed_on=2021-01-31)."""


class LogMatch(DraftPage):
    action = "matching.register_match"
    draft_title: ClassVar[str | Promise] = gettext_lazy("Register match")

    def form_of(self, data: QueryDict | None = None, **kwargs: Any) -> LogForm:
        return LogForm(self.actor, data, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        if self.draft_used and self.draft_kept is not None:
            # With the company that was chosen, as if the person were still looking for it.
            data = _with(controls.as_data(self.draft_kept.fields), token=uuid.uuid4().hex)
            found = resolve(self.form_of(data, quiet=True).typed, submitted=False)
            return self.look(data, found, found.company if isinstance(found.company, Company) else None)
        initial: dict[str, Any] = {name: request.GET[name] for name in KEPT if name in request.GET}
        with suppress(DateError):  # the default is as good as a date nobody can read
            initial["agreed_on"] = parse_date(request.GET.get("agreed_on", ""))
        return self.page(self.form_of(initial=initial), Found())

    def post(self, request: HttpRequest) -> HttpResponse:
        token = str(request.POST.get("token") or uuid.uuid4().hex)
        data: QueryDict = _with(request.POST, token=token)
        typed = self.form_of(data, quiet=True).typed
        found = resolve(typed, submitted=was_submitted(self.actor, token))
        company = found.company if isinstance(found.company, Company) else None
        if found.offer_new and typed.chosen != NEW:
            place = data.get("company_municipality") or _own_municipality(self.actor)
            data = _with(data, company_name=found.new.name, company_cvr=found.new.cvr, company_municipality=place)
        if found.text and found.text != typed.text:
            # The choice is offered for this text, so this is the text that stands in the field.
            data = _with(data, company_text=found.text)
        form = self.form_of(data, company=company)
        looking = found.company is None and typed.text and form.untouched
        if "find" in data or looking:
            return self.look(data, found, company)
        if data.get("twin") == "same":
            return self.same(form, found)
        return self.register(form, found)

    def look(self, data: QueryDict, found: Found, company: Company | None) -> HttpResponse:
        """The person is still looking for the company: nothing else is judged yet."""
        form = self.form_of(data, company=company, quiet=True)
        if data.get("company_text") and not found.offer_new:
            for name, text in found.errors.items():
                form.add_error(name, text)
        return self.page(form, found)

    def register(self, form: LogForm, found: Found) -> HttpResponse:
        form.full_clean()
        twins: list[Twin] = []
        try:
            receipt = self.write(form.entry(found.company), str(form.data["token"]))
        except Invalid as problem:
            self.say(form, found, problem)
        except LikelyTwin as likely:
            twins = likely.twins
            if form.data.get("twin") == "other":
                form.add_error("different_reason", _("Write in a few words why it is another match."))
        except OtherContent:
            # The browser's back button, then something changed: a new match, but only if the person says so.
            form.add_error(
                None, _("You have already registered a match with this page. Press Register again if this is one more.")
            )
            form.data = _with(self.request.POST, token=uuid.uuid4().hex)
        else:
            address = reverse("matching:receipt", args=[receipt.match.pk])
            return redirect(address if receipt.created else f"{address}?again=1")
        return self.page(form, found, twins)

    def write(self, entry: MatchEntry, key: str) -> Receipt:
        return register_match(self.actor, entry, key=key)

    def same(self, form: LogForm, found: Found) -> HttpResponse:
        """The person says that it is the other one's match: nothing is written, and the page says so."""
        form.full_clean()
        try:
            twins = likely_twins(self.actor, form.entry(found.company))
        except Invalid as problem:
            self.say(form, found, problem)
            return self.page(form, found)
        return render(self.request, "matching/same.html", {"twins": twins, "company": found.company})

    @staticmethod
    def say(form: LogForm, found: Found, problem: Invalid) -> None:
        """The rule's messages at their fields. What the form could not read has been said already."""
        for name, text in found.errors.items():
            form.add_error(name, text)
        for name, texts in problem.errors.items():
            # About a company that could not be settled, the finding says more than the rule.
            if name != "company" and name not in form.errors:
                form.add_error(name if name in form.fields else None, list(texts))

    def page(self, form: LogForm, found: Found, twins: list[Twin] | None = None) -> HttpResponse:
        return render(self.request, "matching/log.html", self.context(form, found, twins))

    def context(self, form: LogForm, found: Found, twins: list[Twin] | None) -> dict[str, Any]:
        return {
            "form": form,
            "found": found,
            "company": found.company if isinstance(found.company, Company) else None,
            "adding": isinstance(found.company, NewCompany) or (found.offer_new and not found.candidates),
            "twins": twins or [],
            "live": False,
        }


class CompanySearch(ActionMixin):
    """The part of the log page about the company, asked for by the script while one types and when one chooses."""

    action = "matching.register_match"

    def get(self, request: HttpRequest) -> HttpResponse:
        text = tidy(request.GET.get("company_text", ""))[:200]
        chosen = request.GET.get("company", "")
        if chosen.isascii() and chosen.isdigit() and len(chosen) <= 15:
            company = Company.objects.filter(pk=int(chosen)).select_related("municipality").first()
            if company is not None:
                return self.chosen(company, text)
        if chosen == NEW:
            return self.new(text)
        number = clean_cvr(text)
        problem = cvr_message(number) if looks_like_cvr(text) and len(number) >= 8 else None
        found = search(text, limit=SUGGESTED + 1) if len(text) > 2 else []
        context = {
            "companies": found[:SUGGESTED],
            "more": len(found) > SUGGESTED,
            "text": text,
            "problem": problem,
            "enough": len(text) > 2,
        }
        return render(request, "matching/_company_list.html", context)

    def new(self, text: str) -> HttpResponse:
        is_number = looks_like_cvr(text)
        data = _with(
            self.request.GET,
            company_name="" if is_number else text,
            company_cvr=text if is_number else "",
            company_municipality=_own_municipality(self.actor),
            municipality="",
        )
        form = LogForm(self.actor, data, quiet=True)
        return render(self.request, "matching/_company_new.html", {"form": form, "text": text, "live": True})

    def chosen(self, company: Company, text: str) -> HttpResponse:
        opened("company", company.pk)
        # The place of work follows the company again: one that was chosen for another company would be wrong here.
        form = LogForm(self.actor, _with(self.request.GET, municipality=""), quiet=True, company=company)
        context = {"form": form, "company": company, "text": text, "live": True}
        return render(self.request, "matching/_company_chosen.html", context)


def _own_municipality(actor: Actor) -> str:
    """A local adviser's new company most likely lies in the adviser's own municipality."""
    return actor.municipality_code or ""


def _with(data: QueryDict, **changes: str) -> QueryDict:
    changed = data.copy()
    for name, value in changes.items():
        changed[name] = value
    return changed
