"""Making a series, and registering, correcting, withdrawing and confirming an observation. GET asks, POST does it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.audit import submissions
from portal.audit.submissions import Written
from portal.drafts.pages import ChangePage, DraftPage
from portal.identity.rights import Refused, Verdict
from portal.ui.forms import sent_before
from reporting import measures, rights
from reporting.contract_evidence import invited_key
from reporting.models import Observation, Series
from reporting.observations import confirm, correct, make_series, mark, may_confirm, may_write, observe, withdraw
from reporting.observations import thing as observation_thing
from reporting.views.observation_forms import ConfirmForm, ObservationForm, ReasonForm, SeriesForm
from reporting.views.series import details_of, visible_observation, visible_series

SUBMISSION = "observation"


def required(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict.reason)


def errors_of(problem: ValidationError) -> dict[str, list[str]]:
    return problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}


class MakeSeries(DraftPage):
    action = rights.REGISTER_OBSERVATION
    draft_title = gettext_lazy("Make a series")

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reporting/series_form.html", {"form": SeriesForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SeriesForm(request.POST)
        owner = self.actor.organisation
        if form.is_valid() and owner is not None:
            said = form.cleaned_data
            try:
                with ledger.entry():
                    series = make_series(**said, owner=owner, actor=self.actor)
                    if said["measure"] == measures.ANSWER:
                        # How many were asked stands beside the answers, so that the response rate can be told.
                        name = _("%(name)s: invited") % {"name": said["name"]}
                        make_series(
                            invited_key(series.key), name[:240], measures.INVITED, owner,
                            source=said["source"], actor=self.actor,
                        )  # fmt: skip
            except ValidationError as problem:
                for name, texts in errors_of(problem).items():
                    form.add_error(name if name in form.fields else None, texts)
            else:
                messages.success(request, _("The series is made."))
                return redirect("reporting:series", key=series.key)
        return render(request, "reporting/series_form.html", {"form": form})


class Register(DraftPage):
    action = rights.REGISTER_OBSERVATION
    draft_title = gettext_lazy("Register an observation")
    draft_leaves_out = ("company",)  # replaced by a random key when it is sent; before that it is not kept

    def series(self, key: str) -> Series:
        series = visible_series(self.actor, key)
        required(may_write(self.actor, series))
        if series.measure_id == measures.STATISTIC:
            raise Refused(_("Published statistics are imported from a file, not typed in."))
        return series

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        series = self.series(key)
        return self.page(ObservationForm(self.actor, series), series)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        series = self.series(key)
        form = ObservationForm(self.actor, series, request.POST)
        if not form.is_valid():
            return self.page(form, series)
        said, company = form.said(), form.company_number()

        def act(written: Written) -> int:
            with ledger.entry():
                if company:
                    said["subject"] = ledger.subject_for("cvr", company)
                return observe(series, actor=self.actor, written=written, **said).pk

        try:
            token = form.cleaned_data["token"] or uuid.uuid4().hex
            content = {**said, "company": company, "series": key}
            pk, _made = submissions.once(self.actor.user, SUBMISSION, token, content, act)
        except submissions.OtherContent:
            sent_before(form)
            return self.page(form, series)
        except ValidationError as problem:
            form.say(errors_of(problem))
            return self.page(form, series)
        if series.measure_id == measures.ASSESSMENT:
            messages.success(request, _("It is registered. It counts when somebody else has confirmed it."))
        else:
            messages.success(request, _("It is registered and counts."))
        return redirect("reporting:observation", key=key, pk=pk)

    def page(self, form: ObservationForm, series: Series) -> HttpResponse:
        return render(self.request, "reporting/observation_form.html", {"form": form, "series": series})


class _Change(ChangePage):
    action = rights.REGISTER_OBSERVATION

    def observation(self, key: str, pk: int) -> Observation:
        observation = visible_observation(self.actor, key, pk)
        required(self.may(observation))
        return observation

    @cached_property
    def present(self) -> Observation:
        return self.observation(self.kwargs["key"], self.kwargs["pk"])

    def thing(self) -> str:
        return observation_thing(self.present)

    def thing_name(self) -> str:
        return self.present.series.name

    def mark(self) -> str:
        return mark(self.present)

    def told(self) -> list[tuple[str, str]]:
        return [(str(row["label"]), str(row["value"])) for row in details_of(self.present).rows]

    def may(self, observation: Observation) -> Verdict:
        verdict = may_write(self.actor, observation.series)
        if verdict and observation.withdrawn_at:
            return Verdict(False, _("It has been withdrawn and cannot be corrected. Register it again."))
        return verdict

    def answer(self, form: Any, observation: Observation, act: Callable[[], Any], done: str) -> HttpResponse | None:
        """Do it and go to the observation; None when something was wrong, which then stands in the form."""
        try:
            act()
        except ValidationError as problem:
            for name, texts in errors_of(problem).items():
                form.add_error(name if name in form.fields else None, texts)
            return None
        messages.success(self.request, done)
        return redirect("reporting:observation", key=observation.series.key, pk=observation.pk)


class Correct(_Change):
    draft_title = gettext_lazy("Correct an observation")

    def fresh(self) -> ObservationForm:
        return ObservationForm(self.actor, self.present.series, correcting=self.present)

    def told(self) -> list[tuple[str, str]]:
        confirmer = self.present.confirmed_by
        return [(_("Confirmed by"), confirmer.name if confirmer else "")]

    def may(self, observation: Observation) -> Verdict:
        if observation.series.measure_id == measures.STATISTIC:
            return Verdict(False, _("A published value is corrected by its publisher: import the newer vintage."))
        return super().may(observation)

    def get(self, request: HttpRequest, key: str, pk: int) -> HttpResponse:
        return self.page(self.fresh(), self.present)

    def post(self, request: HttpRequest, key: str, pk: int) -> HttpResponse:
        observation = self.observation(key, pk)
        form = ObservationForm(self.actor, observation.series, request.POST, correcting=observation)
        if form.is_valid():
            reason, code = form.cleaned_data["reason"], form.cleaned_data["reason_code"]
            answer = self.answer(
                form, observation, lambda: correct(
                    observation, self.actor, reason, reason_code=code, seen=self.seen, **form.said()
                ),
                _("It is corrected. What it said before is kept below."),
            )  # fmt: skip
            if answer:
                return answer
        return self.page(form, observation)

    def page(self, form: ObservationForm, observation: Observation) -> HttpResponse:
        context = {"form": form, "series": observation.series, "observation": observation}
        return render(self.request, "reporting/observation_form.html", context)


class Withdraw(_Change):
    def fresh(self) -> ReasonForm:
        return ReasonForm()

    def get(self, request: HttpRequest, key: str, pk: int) -> HttpResponse:
        return self.page(self.fresh(), self.present)

    def post(self, request: HttpRequest, key: str, pk: int) -> HttpResponse:
        observation = self.observation(key, pk)
        form = ReasonForm(request.POST)
        if form.is_valid():
            reason, code = form.cleaned_data["reason"], form.cleaned_data["reason_code"]
            answer = self.answer(
                form, observation, lambda: withdraw(observation, self.actor, reason, reason_code=code, seen=self.seen),
                _("It is withdrawn. It no longer counts."),
            )  # fmt: skip
            if answer:
                return answer
        return self.page(form, observation)

    def page(self, form: ReasonForm, observation: Observation) -> HttpResponse:
        context = {
            "form": form,
            "series": observation.series,
            "observation": observation,
            "details": details_of(observation),
        }
        return render(self.request, "reporting/observation_withdraw.html", context)


class Confirm(_Change):
    action = rights.CONFIRM_ASSESSMENT

    def may(self, observation: Observation) -> Verdict:
        return may_confirm(self.actor, observation)

    def fresh(self) -> ConfirmForm:
        return ConfirmForm()

    def get(self, request: HttpRequest, key: str, pk: int) -> HttpResponse:
        return self.page(self.fresh(), self.present)

    def post(self, request: HttpRequest, key: str, pk: int) -> HttpResponse:
        observation = self.observation(key, pk)
        form = ConfirmForm(request.POST)
        form.is_valid()
        answer = self.answer(
            form, observation, lambda: confirm(observation, self.actor, seen=self.seen),
            _("It is confirmed and counts."),
        )  # fmt: skip
        return answer or self.page(form, observation)

    def page(self, form: ConfirmForm, observation: Observation) -> HttpResponse:
        context = {
            "form": form,
            "series": observation.series,
            "observation": observation,
            "details": details_of(observation),
        }
        return render(self.request, "reporting/observation_confirm.html", context)
