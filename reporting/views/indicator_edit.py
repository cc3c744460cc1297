"""Defining an indicator in the browser, with a look at what the draft would have given before it is saved."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.drafts import controls
from portal.drafts.pages import ChangePage, DraftPage
from portal.identity import rights as permissions
from portal.identity.rights import Refused
from portal.identity.views import ActionMixin
from portal.ui.forms import PortalForm
from portal.ui.tables import Column, Table
from reporting import indicator_values as values
from reporting import indicator_words as words
from reporting import reasons, rights
from reporting.engine.indicators import Ask, read_indicators
from reporting.indicator_forms import (
    FORMULA,
    CountForm,
    IndicatorForm,
    count_of,
    initial_of,
    what_can_be_counted,
)
from reporting.indicators import TAKEN, check, draft, mark, newest, set_indicator, withdraw_indicator
from reporting.indicators import thing as indicator_thing
from reporting.models import Indicator, IndicatorVersion
from reporting.views.indicators import IndicatorPage, visible_indicators

PREVIEWED_YEARS = 3
RESERVED = {"opret"}
"""Words that stand where a key would in an address."""


class EditPage(ActionMixin):
    """What defining and changing have in common: first what is counted, then the form for it."""

    action = rights.EDIT_INDICATORS
    indicator: Indicator | None = None
    before: IndicatorVersion | None = None
    address = ""

    def count(self) -> str:
        """What is chosen in the first step; "" before that. What cannot be counted is no page."""
        chosen = str(self.request.GET.get("count", ""))
        if chosen and chosen not in dict(CountForm().fields["count"].choices):  # type: ignore[attr-defined]
            raise BadRequest(_("This cannot be measured: %(what)s.") % {"what": chosen})
        return chosen or (count_of(self.before) if self.before is not None else "")

    def show(self, request: HttpRequest) -> HttpResponseBase:
        count = self.count()
        if not count or "choose" in request.GET:
            return self.page("reporting/indicators/choose.html", CountForm(initial={"count": count}), count)
        return self.edit(self.form(count), count)

    def form(self, count: str, data: QueryDict | None = None) -> IndicatorForm:
        initial = initial_of(self.indicator, self.before) if self.indicator and self.before else {}
        return IndicatorForm(self.actor, count, data, initial=initial, indicator=self.indicator)

    def save(self, request: HttpRequest) -> HttpResponseBase:
        count = self.count()
        if not count:
            raise BadRequest(_("Choose what is measured."))
        form = self.form(count, request.POST)
        if form.is_valid():
            key = self.indicator.key if self.indicator else form.cleaned_data["key"]
            preview = "preview" in request.POST
            try:
                if preview:
                    return self.edit(form, count, self.preview(key, form))
                return self.saved(key, form)
            except ValidationError as refused:
                form.errors_from(
                    refused.message_dict if hasattr(refused, "error_dict") else {"": list(refused.messages)}
                )
        return self.edit(form, count, status=400)

    def saved(self, key: str, form: IndicatorForm) -> HttpResponseBase:
        owner = self.indicator.owner if self.indicator else self.actor.organisation
        if owner is None:
            raise Refused(_("Your organisation defines indicators; you act for none."))
        if self.indicator is None and key in RESERVED:
            raise ValidationError(TAKEN)
        reason = form.cleaned_data.get("reason", "")
        said = form.said(self.before)
        indicator = set_indicator(
            key, name=form.cleaned_data["name"], owner=owner, actor=self.actor, reason=reason,
            reason_code=form.cleaned_data.get("reason_code", ""),
            new=self.indicator is None, seen=self.seen_version(), **said,
        )  # fmt: skip
        messages.success(self.request, _("The indicator is saved."))
        return HttpResponseRedirect(reverse("reporting:indicator", args=[indicator.key]))

    def seen_version(self) -> str | None:
        """None where there is nothing yet."""
        return None

    def preview(self, key: str, form: IndicatorForm) -> Table:
        """The draft on the facts of the last years, beside what holds now. Writes nothing."""
        owner = self.indicator.owner if self.indicator else self.actor.organisation
        said = {name: value for name, value in form.said(self.before).items() if name not in ("programme", "group")}
        indicator = self.indicator or Indicator(
            key=key, name=form.cleaned_data["name"], owner=owner, programme=form.cleaned_data["programme"]
        )
        version = draft(key, indicator=indicator, **said)
        check(version)
        today = ledger.today()
        years = [values.year_of(today.year - back) for back in range(PREVIEWED_YEARS - 1, -1, -1)]
        asks = {year: Ask(key, year.start, year.end) for year in years}
        now = ledger.AsOf.now()
        drafted = read_indicators(list(asks.values()), now, {key: version})
        present = read_indicators(list(asks.values()), now) if self.before is not None else {}
        rows = []
        for year, ask in asks.items():
            row = {"year": year.text, "draft": words.table_value(drafted[ask].value)}
            rows.append(row | ({"now": words.table_value(present[ask].value)} if present else {}))
        columns = [
            Column("year", _("Year")),
            Column("draft", _("As drafted"), kind="number"),
            *([Column("now", _("As it is now"), kind="number")] if present else []),
        ]
        return Table(caption=_("The draft on the last three years"), columns=columns, rows=rows)

    def edit(
        self, form: IndicatorForm, count: str, preview: Table | None = None, status: int = 200
    ) -> HttpResponseBase:
        return self.page("reporting/indicators/edit.html", form, count, preview=preview, status=status)

    def page(self, template: str, form: forms.Form, count: str, *, status: int = 200, **more: Any) -> HttpResponseBase:
        title = _("Change the indicator") if self.indicator else _("Define an indicator")
        names = visible_indicators(self.actor).order_by("key").values_list("key", "name") if count == FORMULA else []
        known = dict(what_can_be_counted())
        context = {
            "form": form,
            "title": title,
            "indicator": self.indicator,
            "count": count,
            "count_name": known.get(count, dict(CountForm().fields["count"].choices).get(count, "")),  # type: ignore[attr-defined]
            "names": list(names),
            "preview": None,
            **more,
        }
        return render(self.request, template, context, status=status)


class DefineIndicator(DraftPage, EditPage):
    """/indikatorer/opret/"""

    draft_title, draft_asks = gettext_lazy("Define an indicator"), ("count",)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self.show(request)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        return self.save(request)


class ChangeIndicator(ChangePage, EditPage):
    """/indikatorer/<key>/ret/"""

    draft_title, draft_asks = gettext_lazy("Change the indicator"), ("count",)

    def thing(self) -> str:
        return indicator_thing(self.present[0])

    def thing_name(self) -> str:
        return self.present[0].name

    def mark(self) -> str:
        return mark(*self.present)

    def fresh(self) -> IndicatorForm:
        self.prepare(self.kwargs["key"])
        return self.form(self.count())

    def seen_version(self) -> str | None:
        return self.seen

    @property
    def present(self) -> tuple[Indicator, IndicatorVersion]:
        if self.indicator is None:
            self.prepare(self.kwargs["key"])
        assert self.indicator is not None
        if self.before is None:
            raise Http404
        return self.indicator, self.before

    def prepare(self, key: str) -> None:
        page = IndicatorPage()
        page.setup(self.request, key=key)
        verdict = page.may_change()  # 404 for one that is not the reader's
        if not verdict:
            raise Refused(verdict.reason)
        self.indicator, self.before = page.indicator, newest(key)

    def get(self, request: HttpRequest, key: str) -> HttpResponseBase:
        self.prepare(key)
        return self.show(request)

    def post(self, request: HttpRequest, key: str) -> HttpResponseBase:
        self.prepare(key)
        return self.save(request)


class ReasonForm(PortalForm):
    reason_code = reasons.field(reasons.INDICATOR)
    reason = forms.CharField(
        label=gettext_lazy("Why is it withdrawn?"), max_length=300,
        help_text=gettext_lazy("Everybody who sees the indicator sees it."),
        error_messages={"required": gettext_lazy("Say why the indicator is withdrawn.")},
    )  # fmt: skip


class WithdrawIndicator(ChangePage, IndicatorPage):
    """/indikatorer/<key>/udgaa/"""

    action = rights.EDIT_INDICATORS

    def get(self, request: HttpRequest, key: str) -> HttpResponseBase:
        return self.page(self.fresh())

    def fresh(self) -> ReasonForm:
        return ReasonForm()

    @cached_property
    def before(self) -> IndicatorVersion:
        version = newest(self.indicator.key)
        if version is None:
            raise Http404
        return version

    def thing(self) -> str:
        return indicator_thing(self.indicator)

    def thing_name(self) -> str:
        return self.indicator.name

    def mark(self) -> str:
        return mark(self.indicator, self.before)

    def told(self) -> list[tuple[str, str]]:
        """The fields of its form, in words."""
        form = IndicatorForm(
            self.actor, count_of(self.before), initial=initial_of(self.indicator, self.before), indicator=self.indicator
        )
        fields = [bound for bound in controls.fields_of(form) if bound.name not in ("reason", "reason_code")]
        return [(controls.label_of(form, each), controls.reads(each, controls.sent_by(each))) for each in fields]

    def post(self, request: HttpRequest, key: str) -> HttpResponseBase:
        form = ReasonForm(request.POST)
        if form.is_valid():
            indicator = self.allowed()
            try:
                said = {name: form.cleaned_data[name] for name in ("reason", "reason_code")}
                withdraw_indicator(indicator, actor=self.actor, seen=self.seen, **said)
            except ValidationError as refused:
                form.add_error(None, refused.messages)
            else:
                messages.success(request, _("The indicator is withdrawn."))
                return HttpResponseRedirect(reverse("reporting:indicator", args=[key]))
        return self.page(form, 400)

    def allowed(self) -> Indicator:
        verdict: permissions.Verdict = self.may_change()
        if not verdict:
            raise Refused(verdict.reason)
        return self.indicator

    def page(self, form: ReasonForm, status: int = 200) -> HttpResponseBase:
        context = {"form": form, "indicator": self.allowed()}
        return render(self.request, "reporting/indicators/withdraw.html", context, status=status)
