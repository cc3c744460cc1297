"""Distribution keys: the list, a key with its arithmetic, and what an officer does with it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.audit.submissions import OtherContent, Written, accepted, once
from portal.drafts.pages import ChangePage
from portal.geography.danish import address_of
from portal.identity import rights as permissions
from portal.identity.models import Organisation
from portal.ui import formats
from portal.ui.export import export_response, requested
from portal.ui.forms import sent_before
from programmes.models import Programme
from programmes.scope import owned_in_area
from reporting import keys, rights
from reporting.keys import State
from reporting.models import DistributionKey, KeyVersion, Series, Target
from reporting.rules.distribution import DistributionError
from reporting.targets import newest_version
from reporting.views import key_parts
from reporting.views.asking import ReportingPage
from reporting.views.key_forms import (
    ApproveForm,
    Candidate,
    MoveForm,
    NewKeyForm,
    ProposeForm,
    RejectForm,
    StatisticForm,
    TokenForm,
)


class KeyList(ReportingPage):
    """/programmer/<slug>/noegler/"""

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        programme = self.programme()
        found = list(DistributionKey.objects.filter(programme=programme).select_related("target"))
        states = keys.states_of(found)
        return render(
            request,
            "reporting/keys.html",
            {
                "programme": programme,
                "table": key_parts.listed(programme, found, states),
                "may_propose": permissions.may(self.actor, rights.PROPOSE_KEY),
            },
        )


class KeyBase(ReportingPage):
    """A page about one key of a programme the person sees."""

    @cached_property
    def key(self) -> DistributionKey:
        programme = self.programme()
        return get_object_or_404(
            DistributionKey.objects.select_related("target", "programme"), programme=programme, key=self.kwargs["key"]
        )

    @cached_property
    def state(self) -> State:
        return keys.state_of(self.key)

    def address(self, name: str = "key", **more: Any) -> str:
        return reverse(f"reporting:{name}", kwargs={"slug": self.kwargs["slug"], "key": self.kwargs["key"], **more})

    def act(self, form: TokenForm, kind: str, do: Callable[[], object]) -> HttpResponse | None:
        """Do it once and go to the key; None when it cannot be done, with the reasons in the form."""

        def acted(written: Written) -> int:
            with ledger.entry():
                do()
                written(self.key.pk)
            return self.key.pk

        try:
            once(self.actor.user, kind, str(form.data.get("token", "")), form.content(), acted)
        except OtherContent:
            sent_before(form)
        except (DistributionError, ValidationError) as problem:
            add_errors(form, problem, self._names())
        else:
            return HttpResponseRedirect(self.address())
        return None

    def _names(self) -> dict[str, str]:
        return {each["code"]: each["name"] for version in self.state.versions[:1] for each in version.units}


def add_errors(form: BaseForm, problem: DistributionError | ValidationError, names: dict[str, str]) -> None:
    """The rule's messages at their fields; a distribution's at the units it means."""
    if isinstance(problem, DistributionError):
        fields = [f"value_{code}" for code in problem.units if f"value_{code}" in form.fields]
        for name in fields:
            form.add_error(name, str(problem))
        if not fields:
            meant = ", ".join(names.get(code, code) for code in problem.units)
            form.add_error(None, f"{meant}: {problem}" if meant else str(problem))
        return
    for name, texts in (problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}).items():
        form.add_error(name if name in form.fields else None, list(texts))


class KeyPage(KeyBase):
    """/programmer/<slug>/noegler/<key>/: the arithmetic of what holds, of a proposal, or of any version."""

    def get(self, request: HttpRequest, slug: str, key: str) -> HttpResponseBase:
        shown = self._shown()
        kind = requested(request)
        if kind is not None and shown is not None:
            return export_response(kind, self.key.key, key_parts.columns(shown), key_parts.rows(shown))
        return render(request, "reporting/key.html", self.context(shown))

    def _shown(self) -> KeyVersion | None:
        """The version that the address asks for; else what holds, else what waits."""
        asked = self.request.GET.get("version", "")
        if asked:
            for version in self.state.versions:
                if str(version.place) == asked:
                    return version
            raise Http404
        return self.state.approved or self.state.pending

    def context(self, shown: KeyVersion | None) -> dict[str, Any]:
        state = self.state
        unit = next((each for each in shown.units if keys.may_see_split(self.actor, each)), None) if shown else None
        own = unit is not None and state.approved is not None and shown is state.approved and not unit["excluded"]
        return {
            "programme": self.key.programme,
            "key": self.key,
            "state": state,
            "shown": shown,
            "table": key_parts.arithmetic(shown, unit["code"] if unit else "") if shown else None,
            "sentences": key_parts.sentences(shown) if shown else [],
            "moves": key_parts.moves(shown) if shown and shown.moves else None,
            "changes": key_parts.changes(state) if state.pending else None,
            "history": key_parts.history(self.address(), state),
            "split_url": self.address("key_split", unit=unit["code"]) if own and unit else "",
            "may_propose": permissions.may(self.actor, rights.PROPOSE_KEY),
            "may_approve": keys.may_approve(self.actor, state.pending, state.versions) if state.pending else None,
            "may_decide": permissions.may(self.actor, rights.APPROVE_KEY),
        }


class NewKey(ReportingPage):
    """/programmer/<slug>/noegler/ny/"""

    action = rights.PROPOSE_KEY

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        return self.page(self.form_for(self.programme()))

    def form_for(self, programme: Programme, data: Any = None) -> NewKeyForm:
        form = NewKeyForm(data)
        form.fields["target"].queryset = Target.objects.filter(programme=programme)  # type: ignore[attr-defined]
        return form

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        programme = self.programme()
        form = self.form_for(programme, request.POST)
        if form.is_valid():
            name = form.cleaned_data["name"]
            try:
                made = keys.make_key(
                    programme, address_of(name)[:60], name=name, target=form.cleaned_data["target"], actor=self.actor
                )
            except ValidationError as problem:
                for texts in problem.message_dict.values():
                    form.add_error("name", texts)
            else:
                return redirect("reporting:key_propose", slug=slug, key=made.key)
        return self.page(form)

    def page(self, form: NewKeyForm) -> HttpResponse:
        return render(self.request, "reporting/key_new.html", {"programme": self.programme(), "form": form})


class OneKey(ChangePage, KeyBase):
    """A page whose form changes the key."""

    def thing(self) -> str:
        return keys.thing(self.key)

    def thing_name(self) -> str:
        return self.key.name

    def mark(self) -> str:
        return keys.mark(self.state)

    def told(self) -> list[tuple[str, str]]:
        pending = self.state.pending
        if pending is None:
            return [(_("The proposal"), _("No proposal waits for a decision."))]
        proposer = pending.by.name if pending.by else ""
        lines = [(_("The proposal"), _("number %(place)s, by %(name)s") % {"place": pending.place, "name": proposer})]
        numbers = keys.amounts_of(pending)
        return [*lines, *((each["name"], formats.number(numbers[each["code"]])) for each in pending.units)]


class Propose(OneKey):
    """/programmer/<slug>/noegler/<key>/forslag/: typed values, or those of a statistic's vintage in the address."""

    action = rights.PROPOSE_KEY
    draft_title = gettext_lazy("Propose a distribution")

    def get(self, request: HttpRequest, slug: str, key: str) -> HttpResponseBase:
        _vintage, values = self.fetched
        return self.page(self.fresh(), missing=self._series() is not None and not values)

    @cached_property
    def fetched(self) -> tuple[str, dict[str, Decimal]]:
        """The vintage and the values of the statistic that the address asks for."""
        series, vintage = self._series(), self.request.GET.get("vintage", "").strip()[:40]
        return (vintage, {}) if series is None else keys.statistic_values(series, vintage)

    def fresh(self) -> ProposeForm:
        series, (vintage, values) = self._series(), self.fetched
        newest = self.state.pending or self.state.approved
        target = newest_version(self.key.target) if self.key.target else None
        initial = ProposeForm.starting_from(newest, values, target.amount if target else None)
        if series is not None:
            initial |= {"statistic": series.key, "vintage": vintage, "source": series.source or series.name}
        if target is not None and newest is None:
            initial |= {f"excluded_{code}": _("not decided") for code in target.excluded_municipalities}
        return ProposeForm(self.candidates, initial=initial)

    def post(self, request: HttpRequest, slug: str, key: str) -> HttpResponseBase:
        form = ProposeForm(self.candidates, request.POST)
        if form.is_valid():
            said = {name: form.cleaned_data[name] for name in ("method", "source", "vintage", "counted_on", "note")}
            answer = self.act(
                form,
                "key-propose",
                lambda: keys.propose(
                    self.key,
                    form.read_units(),
                    total=int(form.cleaned_data["total"]),
                    statistic=form.cleaned_data["statistic"],
                    actor=self.actor,
                    seen=self.seen,
                    **said,
                ),
            )
            if answer is not None:
                messages.success(request, _("The proposal is saved. Nothing changes before it is approved."))
                return answer
        return self.page(form)

    @cached_property
    def candidates(self) -> list[Candidate]:
        """Municipalities, or the organisations of a target that counts by creator."""
        programme, target = self.key.programme, self.key.target
        version = newest_version(target) if target else None
        if version is not None and version.organisations:
            found = Organisation.objects.filter(pk__in=version.organisations).order_by("sort_key", "pk")
            return [Candidate(f"o{each.pk}", each.name, organisation=each.pk) for each in found]
        inside = min(max(self.actor.on, programme.starts_on), programme.ends_on)
        return [Candidate(each.code, each.name, municipality=each.code) for each in programme.municipalities(inside)]

    @cached_property
    def offered(self) -> list[Series]:
        return list(owned_in_area(Series.objects.filter(measure="statistic"), self.actor).order_by("name", "pk"))

    def _series(self) -> Series | None:
        asked = self.request.GET.get("series", "")
        return next((each for each in self.offered if each.key == asked), None)

    def page(self, form: ProposeForm, *, missing: bool = False) -> HttpResponse:
        offered = [(each.key, each.name) for each in self.offered]
        context = {
            "programme": self.key.programme,
            "key": self.key,
            "form": form,
            "fetch": StatisticForm(offered, initial=self.request.GET) if offered else None,
            "missing": missing,
        }
        return render(self.request, "reporting/key_propose.html", context)


class Decide(OneKey):
    """A page with a form about the proposal that waits; without one there is nothing to do, and the page says so."""

    form_class: Callable[..., TokenForm]
    kind = ""
    title = ""

    def get(self, request: HttpRequest, slug: str, key: str) -> HttpResponseBase:
        return self.page(self.fresh() if self.state.pending and self.allowed() else None)

    def fresh(self) -> TokenForm:
        return self.form_for()

    def post(self, request: HttpRequest, slug: str, key: str) -> HttpResponseBase:
        pending = self.state.pending
        if pending is None:
            # Sent twice, or decided by somebody else meanwhile: the key says how it stands.
            if not accepted(self.actor.user, self.kind, request.POST.get("token", "")):
                messages.warning(request, _("Somebody else has decided the proposal meanwhile. Yours is not saved."))
            return HttpResponseRedirect(self.address())
        form = self.form_for(request.POST)
        if form.is_valid():
            answer = self.act(form, self.kind, lambda: self.do(pending, form))
            if answer is not None:
                messages.success(request, self.done())
                return answer
        return self.page(form)

    def form_for(self, data: Any = None) -> TokenForm:
        return self.form_class(data)

    def allowed(self) -> permissions.Verdict:
        """May the person decide on this very proposal?"""
        return permissions.Verdict(True)

    def do(self, pending: KeyVersion, form: TokenForm) -> None:
        raise NotImplementedError

    def words(self) -> dict[str, str]:
        raise NotImplementedError

    def done(self) -> str:
        raise NotImplementedError

    def page(self, form: TokenForm | None) -> HttpResponse:
        context = {
            "programme": self.key.programme,
            "key": self.key,
            "form": form,
            "refused": self.allowed().reason,
            "words": self.words(),
            "changes": key_parts.changes(self.state) if self.state.pending else None,
        }
        return render(self.request, "reporting/key_decide.html", context)


class MoveByHand(Decide):
    """/programmer/<slug>/noegler/<key>/flyt/"""

    action = rights.PROPOSE_KEY
    kind = "key-move"

    def form_for(self, data: Any = None) -> TokenForm:
        assert self.state.pending is not None
        return MoveForm(self.state.pending, data)

    def do(self, pending: KeyVersion, form: TokenForm) -> None:
        said = form.cleaned_data
        keys.move(
            pending, said["giver"], said["taker"], int(said["number"]), said["reason"],
            reason_code=said["reason_code"], actor=self.actor, seen=self.seen,
        )  # fmt: skip

    def words(self) -> dict[str, str]:
        return {
            "title": _("Move by hand"),
            "lead": _("What one unit gives, another gets, so the total stays. The reason stands beside the number."),
            "button": _("Move"),
        }

    def done(self) -> str:
        return _("It is moved in the proposal. Nothing changes before it is approved.")


class Approve(Decide):
    """/programmer/<slug>/noegler/<key>/godkend/"""

    action = rights.APPROVE_KEY
    kind = "key-approve"
    form_class = ApproveForm

    def allowed(self) -> permissions.Verdict:
        if self.state.pending is None:
            return permissions.Verdict(True)
        return keys.may_approve(self.actor, self.state.pending, self.state.versions)

    def do(self, pending: KeyVersion, form: TokenForm) -> None:
        said = form.cleaned_data
        keys.approve(pending, said["decision"], reason_code=said["reason_code"], actor=self.actor, seen=self.seen)

    def words(self) -> dict[str, str]:
        return {
            "title": _("Approve the proposal"),
            "lead": _("Every unit gets the number as its target from today. What was known before stays known."),
            "button": _("Approve"),
        }

    def done(self) -> str:
        return _("The distribution is approved, and every unit has its target.")


class Reject(Decide):
    """/programmer/<slug>/noegler/<key>/afvis/"""

    action = rights.APPROVE_KEY
    kind = "key-reject"
    form_class = RejectForm

    def do(self, pending: KeyVersion, form: TokenForm) -> None:
        said = form.cleaned_data
        keys.reject(pending, said["decision"], reason_code=said["reason_code"], actor=self.actor, seen=self.seen)

    def words(self) -> dict[str, str]:
        return {
            "title": _("Reject the proposal"),
            "lead": _("What holds today holds on. The proposal stays on the list with your reason."),
            "button": _("Reject"),
        }

    def done(self) -> str:
        return _("The proposal is rejected. Nothing has changed.")
