"""Changing a member's role, ending a membership, and letting somebody in who has lost the phone."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.drafts.pages import ChangePage
from portal.identity.members import offboard, tasks
from portal.identity.members import rights as members
from portal.identity.members.administering import visible_members
from portal.identity.members.deputise import of_person
from portal.identity.members.forms import ChangeForm, EndForm, ResetForm, add_errors
from portal.identity.models import Membership
from portal.identity.roles import Role
from portal.identity.signin.second_factor import RESET, reset_second_factor
from portal.identity.views import ActionMixin
from portal.ui.formats import date_da


class _OneMember(ActionMixin):
    action = members.MANAGE_MEMBERS
    template: str

    @cached_property
    def membership(self) -> Membership:
        rows = visible_members(self.actor).select_related("user", "organisation")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @property
    def goes_on(self) -> bool:
        return Membership.objects.still_to_hold(self.actor.on).filter(pk=self.membership.pk).exists()

    def page(self, form: Any, **more: Any) -> HttpResponseBase:
        about = {"membership": self.membership, "person": self.membership.user, "goes_on": self.goes_on}
        context = {**about, "role": Role(self.membership.role).label, "form": form, **more}
        return render(self.request, self.template, context)


class _ChangedMember(_OneMember, ChangePage):
    """Two administrators may be at the same membership."""

    def thing(self) -> str:
        return offboard.thing(self.membership)

    def mark(self) -> str:
        return offboard.mark(self.membership)

    def thing_name(self) -> str:
        return f"{self.membership.user.name}, {Role(self.membership.role).label}"

    def told(self) -> list[tuple[str, str]]:
        last = self.membership.valid_to
        return [(_("Last day"), date_da(last) if last else _("no end"))]


class MemberChange(_ChangedMember):
    """/medlemmer/<pk>/rolle/: another role or another end; the old membership stays in history."""

    template = "identity/member_change.html"

    def fresh(self) -> ChangeForm:
        return ChangeForm(self.membership)

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return self.page(self.fresh())

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        form = ChangeForm(self.membership, request.POST)
        if form.is_valid():
            said = form.cleaned_data
            try:
                begun = offboard.change(
                    self.actor, self.membership, Role(said["role"]), said["valid_to"], seen=self.seen
                )
            except ValidationError as problem:
                add_errors(form, problem)
            else:
                text = _("%(name)s is now %(role)s.")
                messages.success(request, text % {"name": begun.user.name, "role": Role(begun.role).label})
                return HttpResponseRedirect(reverse("member", args=[begun.pk]))
        return self.page(form)


class MemberEnd(_ChangedMember):
    """/medlemmer/<pk>/afslut/: when, what is open, and who takes it over."""

    template = "identity/member_end.html"

    @cached_property
    def tasks(self) -> list[tasks.OpenTask]:
        return tasks.open_tasks(self.membership)

    def form(self, data: Any = None) -> EndForm:
        to_hand_over = any(task.is_the_persons for task in self.tasks)
        return EndForm(offboard.colleagues(self.membership) if to_hand_over else None, data)

    def fresh(self) -> EndForm:
        return self.form()

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return self.shown(self.fresh())

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                offboard.end(self.actor, self.membership, form.last, form.cleaned_data.get("to"), seen=self.seen)
            except ValidationError as problem:
                add_errors(form, problem)
            else:
                name = self.membership.user.name
                if form.last is None:
                    text = _("%(name)s no longer has this role.") % {"name": name}
                else:
                    text = _("%(name)s has this role to the end of %(day)s.") % {
                        "name": name,
                        "day": date_da(form.last),
                    }
                messages.success(request, text)
                return HttpResponseRedirect(reverse("members"))
        return self.shown(form)

    def shown(self, form: EndForm) -> HttpResponseBase:
        others = Membership.objects.still_to_hold(self.actor.on).filter(user=self.membership.user)
        return self.page(
            form,
            tasks=self.tasks,
            deputies=list(of_person(self.membership)),
            tokens=self.membership.tokens.count(),
            closes=not others.exclude(pk=self.membership.pk).exists(),
        )


class MemberResetApp(_OneMember):
    """/medlemmer/<pk>/nulstil-app/: the app and the recovery codes go, and the next log-in leads to a new app."""

    action = RESET
    template = "identity/member_reset_app.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return self.page(ResetForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        form = ResetForm(request.POST)
        if not self.goes_on:
            form.add_error(None, _("The membership has ended already."))
        if form.is_valid():
            person = self.membership.user
            try:
                reset_second_factor(self.actor, person, form.cleaned_data["reason"], request)
            except ValidationError as problem:
                add_errors(form, problem)
            else:
                text = _("%(name)s sets up an authenticator app anew at the next log-in.")
                messages.success(request, text % {"name": person.name})
                return HttpResponseRedirect(reverse("member", args=[pk]))
        return self.page(form)
