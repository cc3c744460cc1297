"""Saying by hand why a value is not there, and taking it back. GET asks, POST does it."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit import submissions
from portal.audit.submissions import Written
from portal.drafts.pages import ChangePage, DraftPage
from portal.drafts.versions import thing_of
from portal.geography.models import Municipality
from portal.ui.fields import SmartDateField
from portal.ui.forms import PortalForm, sent_before
from programmes.scope import owned_in_area
from reporting import reasons, rights
from reporting.absences import absences, say_absent, take_back
from reporting.models import Absence, Indicator, Series
from reporting.observations import may_write
from reporting.views.series import absent_table, visible_series
from reporting.views.series_entry import errors_of, required

SUBMISSION = "absence"


class AbsenceForm(PortalForm):
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)
    back = forms.CharField(widget=forms.HiddenInput, required=False, max_length=69)
    """The key of the indicator whose page led here."""
    why = forms.ChoiceField(
        label=gettext_lazy("Why is there no value?"),
        choices=Absence.Why.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose why there is no value.")},
    )
    period_from = SmartDateField(label=gettext_lazy("About the period from"))
    period_to = SmartDateField(label=gettext_lazy("to"))
    municipality = forms.ChoiceField(label=gettext_lazy("Only in this municipality"), required=False)
    note = forms.CharField(
        label=gettext_lazy("What do you know?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For example who settles it, and when. No names of persons."),
        error_messages={"required": gettext_lazy("Say what you know: who sees the figure sees it too.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Municipality.objects.filter(kind=Municipality.Kind.MUNICIPALITY).values_list("code", "name")
        self.fields["municipality"].choices = [("", _("All of them")), *places]  # type: ignore[attr-defined]

    def say(self, errors: dict[str, list[str]]) -> None:
        for name, texts in errors.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)


class TakeBackForm(PortalForm):
    reason_code = reasons.field(reasons.ABSENCE)
    reason = forms.CharField(
        label=gettext_lazy("Why is it taken back?"),
        max_length=300,
        error_messages={"required": gettext_lazy("Say why it is taken back.")},
    )


class SayAbsent(DraftPage):
    """/serier/<key>/mangler/?from=…&to=…&municipality=…&indicator=…"""

    action = rights.REGISTER_OBSERVATION
    draft_title = gettext_lazy("Say why a value is missing")

    def series(self, key: str) -> Series:
        series = visible_series(self.actor, key)
        required(may_write(self.actor, series))
        return series

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        series, given = self.series(key), request.GET
        initial = {
            "token": uuid.uuid4().hex,
            "back": given.get("indicator", ""),
            "municipality": given.get("municipality", ""),
            **{f"period_{name}": day for name in ("from", "to") if (day := _day(given.get(name, "")))},
        }
        return self.page(AbsenceForm(initial=initial), series)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        series = self.series(key)
        form = AbsenceForm(request.POST)
        if not form.is_valid():
            return self.page(form, series, 400)
        said = form.cleaned_data

        def act(written: Written) -> int:
            period = (said["period_from"], said["period_to"])
            row = say_absent(
                self.actor, series, said["why"], period, said["note"],
                municipality=said["municipality"] or None, written=written,
            )  # fmt: skip
            return row.series_id

        try:
            content = {name: value for name, value in said.items() if name != "token"} | {"series": key}
            submissions.once(self.actor.user, SUBMISSION, said["token"] or uuid.uuid4().hex, content, act)
        except submissions.OtherContent:
            sent_before(form)
            return self.page(form, series, 409)
        except ValidationError as problem:
            form.say(errors_of(problem))
            return self.page(form, series, 400)
        messages.success(request, _("It is said. It stands where the value would be."))
        return redirect(self.back(said["back"], key))

    def back(self, indicator: str, key: str) -> str:
        """The page that led here: an indicator that the person sees, else the series."""
        if indicator and owned_in_area(Indicator.objects.filter(key=indicator), self.actor).exists():
            return reverse("reporting:indicator", args=[indicator])
        return reverse("reporting:series", args=[key])

    def page(self, form: AbsenceForm, series: Series, status: int = 200) -> HttpResponse:
        return render(self.request, "reporting/absence_form.html", {"form": form, "series": series}, status=status)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class TakeBack(ChangePage):
    """/serier/<key>/mangler/<place>/traek-tilbage/"""

    action = rights.REGISTER_OBSERVATION

    def absence(self, key: str, place: int) -> Absence:
        series = visible_series(self.actor, key)
        required(may_write(self.actor, series))
        for row in absences(series, None):
            if row.place == place:
                row.series = series
                return row
        raise Http404

    def get(self, request: HttpRequest, key: str, place: int) -> HttpResponse:
        return self.page(self.fresh(), self.absence(key, place))

    def fresh(self) -> TakeBackForm:
        return TakeBackForm()

    def thing(self) -> str:
        return thing_of("absence", self.kwargs["place"])

    def mark(self) -> str:
        # The address names the very version: said anew, it is another page.
        return str(self.kwargs["place"])

    def post(self, request: HttpRequest, key: str, place: int) -> HttpResponse:
        absence = self.absence(key, place)
        form = TakeBackForm(request.POST)
        if form.is_valid():
            try:
                said = form.cleaned_data
                take_back(self.actor, absence, said["reason"], reason_code=said["reason_code"], seen=self.seen)
            except ValidationError as problem:
                for name, texts in errors_of(problem).items():
                    form.add_error(name if name in form.fields else None, texts)
            else:
                messages.success(request, _("It is taken back. The value is not reported again."))
                return redirect("reporting:series", key=key)
        return self.page(form, absence, 400)

    def page(self, form: TakeBackForm, absence: Absence, status: int = 200) -> HttpResponse:
        context = {"form": form, "series": absence.series, "details": absent_table([absence], taking_back=False)}
        return render(self.request, "reporting/absence_take_back.html", context, status=status)
