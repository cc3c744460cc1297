"""A programme's targets: the list, one with its versions, and setting, changing and withdrawing one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.audit.submissions import OtherContent, Written, once
from portal.drafts.pages import ChangePage, DraftPage
from portal.geography.danish import address_of
from portal.identity import rights as permissions
from portal.ui import formats
from portal.ui.export import export_response, requested
from portal.ui.forms import sent_before
from programmes.models import Programme
from reporting import keys, rights, targets
from reporting.engine.query import FigureQuery
from reporting.models import DistributionKey, Indicator, Target, TargetVersion
from reporting.rules.path import expected_by
from reporting.unit_targets import unit_target_key
from reporting.views import target_parts
from reporting.views.asking import ReportingPage
from reporting.views.key_forms import TokenForm
from reporting.views.keys import add_errors
from reporting.views.target_forms import TargetForm, WithdrawForm, starting_from


class TargetList(ReportingPage):
    """/programmer/<slug>/maaltal/"""

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        programme = self.programme()
        standing = target_parts.standing(programme)
        kind = requested(request)
        if kind is not None:
            return export_response(kind, f"{programme.slug}-maaltal", target_parts.COLUMNS, target_parts.rows(standing))
        return render(
            request,
            "reporting/targets.html",
            {
                "programme": programme,
                "table": target_parts.listed(programme, standing),
                "undecided": target_parts.undecided(standing),
                "may_manage": permissions.may(self.actor, rights.MANAGE_TARGETS),
            },
        )


class TargetBase(ReportingPage):
    @cached_property
    def target(self) -> Target:
        programme = self.programme()
        found = Target.objects.select_related("programme", "parent", "indicator")
        return get_object_or_404(found, programme=programme, key=self.kwargs["key"])

    @cached_property
    def versions(self) -> list[TargetVersion]:
        return list(TargetVersion.objects.filter(target=self.target).order_by("-place"))

    @property
    def newest(self) -> TargetVersion:
        if not self.versions:
            raise Http404
        return self.versions[0]

    def address(self, name: str = "target") -> str:
        return reverse(f"reporting:{name}", kwargs=self.kwargs)


class TargetPage(TargetBase):
    """/programmer/<slug>/maaltal/<key>/"""

    def get(self, request: HttpRequest, slug: str, key: str) -> HttpResponseBase:
        target, newest = self.target, self.newest
        return render(
            request,
            "reporting/target.html",
            {
                "programme": target.programme,
                "target": target,
                "newest": newest,
                "details": target_parts.details(target, newest),
                "alternatives": target_parts.alternatives(newest),
                "rule": target_parts.rule(newest),
                "versions": target_parts.versions(self.versions),
                "keys": list(DistributionKey.objects.filter(target=target)),
                "split_url": self.split_url(),
                "standing": self.standing(),
                "may_manage": permissions.may(self.actor, rights.MANAGE_TARGETS),
            },
        )

    def standing(self) -> list[tuple[str, str]]:
        """Where to see how far it is: what has been reached, and what the plan says by now. Matches have such pages."""
        if self.target.measure_id is None or self.newest.amount is None or self.newest.withdrawn:
            return []
        address = reverse("reporting:figure", args=[self.kwargs["slug"]])
        asked = {"attainment": _("How much is reached")}
        if expected_by(self.newest, ledger.today()) is not None:
            asked["expected"] = _("What the plan says now")
        return [
            (address + FigureQuery(kind=kind, target=self.target.key).address(), text) for kind, text in asked.items()
        ]

    def split_url(self) -> str:
        """Where a municipality's own people see how they split this target inside; "" for everybody else."""
        parent, organisation = self.target.parent, self.actor.organisation
        if parent is None or organisation is None or organisation.kind not in keys.LOCAL:
            return ""
        shared = list(DistributionKey.objects.filter(target=parent).select_related("target"))
        states = keys.states_of(shared)
        for key in shared:
            state = states[key.pk]
            for unit in state.approved.units if state.approved else ():
                given = unit_target_key(parent, unit["code"]) == self.target.key and not unit["excluded"]
                if given and keys.may_see_split(self.actor, unit):
                    return reverse("reporting:key_split", args=[self.kwargs["slug"], key.key, unit["code"]])
        return ""


class NewTarget(DraftPage, ReportingPage):
    """/programmer/<slug>/maaltal/nyt/"""

    action = rights.MANAGE_TARGETS
    draft_title = gettext_lazy("New target")

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        programme = self.programme()
        initial = {
            "counts": "m:match_registered",
            "form": TargetVersion.Form.CUMULATIVE,
            "counted_from": formats.date_da(programme.counted_from),
            "counted_to": formats.date_da(programme.ends_on),
        }
        return self.page(programme, TargetForm(programme, self.actor, initial=initial, new=True))

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        programme = self.programme()
        form = TargetForm(programme, self.actor, request.POST, new=True)
        if form.is_valid():
            answer = act(self, form, "target-new", lambda: self._add(programme, form), self._where(programme, form))
            if answer is not None:
                messages.success(request, _("The target is set."))
                return answer
        return self.page(programme, form)

    @staticmethod
    def _key(form: TargetForm) -> str:
        name: str = form.cleaned_data["name"]
        return address_of(name)[:60]

    def _where(self, programme: Programme, form: TargetForm) -> str:
        return reverse("reporting:target", args=[programme.slug, self._key(form)])

    def _add(self, programme: Programme, form: TargetForm) -> int:
        kind, _colon, what = form.cleaned_data["counts"].partition(":")
        counted: dict[str, Any] = {"measure": what}
        if kind == "i":
            counted = {"indicator": Indicator.objects.get(pk=int(what))}
        try:
            made = targets.add_target(
                self.actor,
                programme,
                self._key(form),
                name=form.cleaned_data["name"],
                parent=form.cleaned_data["parent"],
                **counted,
                **form.said(),
            )
        except ValidationError as problem:
            if hasattr(problem, "error_dict") and "key" in problem.error_dict:
                raise ValidationError({"name": problem.error_dict["key"]}) from problem
            raise
        return made.pk

    def page(self, programme: Programme, form: TargetForm) -> HttpResponse:
        context = {
            "programme": programme,
            "form": form,
            "title": _("New target"),
            "back": reverse("reporting:targets", args=[programme.slug]),
            "button": _("Set the target"),
        }
        return render(self.request, "reporting/target_form.html", context)


class OneTarget(ChangePage, TargetBase):
    """A page whose form changes the target."""

    action = rights.MANAGE_TARGETS

    def thing(self) -> str:
        return targets.thing(self.target)

    def thing_name(self) -> str:
        return self.target.name

    def mark(self) -> str:
        return str(self.newest.place)

    def told(self) -> list[tuple[str, str]]:
        return [(str(row["label"]), str(row["value"])) for row in target_parts.details(self.target, self.newest).rows]


class ChangeTarget(OneTarget):
    """/programmer/<slug>/maaltal/<key>/ret/"""

    draft_title = gettext_lazy("Change a target")

    def get(self, request: HttpRequest, slug: str, key: str) -> HttpResponseBase:
        return self.page(self.fresh())

    def fresh(self) -> TargetForm:
        return TargetForm(self.target.programme, self.actor, initial=starting_from(self.newest), new=False)

    def told(self) -> list[tuple[str, str]]:
        return []  # the form says it

    def post(self, request: HttpRequest, slug: str, key: str) -> HttpResponseBase:
        form = TargetForm(self.target.programme, self.actor, request.POST, new=False)
        if form.is_valid():

            def change() -> int:
                reason = form.cleaned_data["reason"]
                targets.change_target(
                    self.actor, self.target, reason, reason_code=form.cleaned_data["reason_code"], seen=self.seen,
                    **form.said(),
                )  # fmt: skip
                return self.target.pk

            answer = act(self, form, "target-change", change, self.address())
            if answer is not None:
                messages.success(request, _("The target is changed. The earlier version stays known."))
                return answer
        return self.page(form)

    def page(self, form: TargetForm) -> HttpResponse:
        context = {
            "programme": self.target.programme,
            "form": form,
            "title": _("Change the target: %(name)s") % {"name": self.target.name},
            "back": self.address(),
            "button": _("Save the change"),
        }
        return render(self.request, "reporting/target_form.html", context)


class WithdrawTarget(OneTarget):
    """/programmer/<slug>/maaltal/<key>/ophaev/"""

    def get(self, request: HttpRequest, slug: str, key: str) -> HttpResponseBase:
        return self.page(self.fresh())

    def fresh(self) -> WithdrawForm:
        return WithdrawForm()

    def post(self, request: HttpRequest, slug: str, key: str) -> HttpResponseBase:
        form = WithdrawForm(request.POST)
        if form.is_valid():

            def end() -> int:
                said = form.cleaned_data
                targets.end_target(
                    self.actor, self.target, said["reason"], reason_code=said["reason_code"], seen=self.seen
                )
                return self.target.pk

            answer = act(self, form, "target-withdraw", end, self.address())
            if answer is not None:
                messages.success(request, _("The target does not hold any more. What was known before stays known."))
                return answer
        return self.page(form)

    def page(self, form: WithdrawForm) -> HttpResponse:
        context = {
            "programme": self.target.programme,
            "form": form,
            "title": _("Withdraw the target: %(name)s") % {"name": self.target.name},
            "back": self.address(),
            "button": _("Withdraw"),
        }
        return render(self.request, "reporting/target_form.html", context)


def act(view: ReportingPage, form: TokenForm, kind: str, do: Callable[[], int], address: str) -> HttpResponse | None:
    """Do it once and go to the address; None when it cannot be done, with the reasons in the form."""

    def acted(written: Written) -> int:
        with ledger.entry():
            pk = do()
            written(pk)
        return pk

    try:
        once(view.actor.user, kind, str(form.data.get("token", "")), form.content(), acted)
    except OtherContent:
        sent_before(form)
    except ValidationError as problem:
        add_errors(form, problem, {})
    else:
        return HttpResponseRedirect(address)
    return None
