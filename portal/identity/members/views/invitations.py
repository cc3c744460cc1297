"""Inviting, and the link by which the invited comes in."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic.base import View

from portal.identity.acting import SESSION_KEY
from portal.identity.members import accept, invite
from portal.identity.members import rights as members
from portal.identity.members.administering import visible_invitations
from portal.identity.members.forms import InviteForm, NewAccountForm, add_errors
from portal.identity.members.views.listing import DEMO_LINKS
from portal.identity.models import Invitation
from portal.identity.roles import Role
from portal.identity.views import ActionMixin


class _Sending(ActionMixin):
    action = members.MANAGE_MEMBERS

    def send(self, invitation: Invitation, token: str) -> None:
        """Send the letter, and say how it went. In the demo area letters reach nobody, so the page shows the link."""
        request = self.request
        sent = invite.send(invitation, token, lambda of: request.build_absolute_uri(reverse("invitation", args=[of])))
        if settings.DEMO_AREA:
            request.session[DEMO_LINKS] = {**request.session.get(DEMO_LINKS, {}), str(invitation.pk): token}
        if sent:
            messages.success(request, _("The invitation is sent to %(email)s.") % {"email": invitation.email})
        else:
            text = _("The invitation is saved, but the letter could not be sent. Send it again in a little while.")
            messages.error(request, text)


class Invite(_Sending):
    """/medlemmer/inviter/"""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return render(request, "identity/invite.html", {"form": InviteForm(self.actor)})

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = InviteForm(self.actor, request.POST)
        if form.is_valid():
            try:
                invitation, token = invite.invite(self.actor, **form.cleaned_data)
            except ValidationError as problem:
                add_errors(form, problem)
            else:
                self.send(invitation, token)
                return HttpResponseRedirect(reverse("members"))
        return render(request, "identity/invite.html", {"form": form})


class InvitationAgain(_Sending):
    """POST: a new letter with a new link."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        invitation = get_object_or_404(visible_invitations(self.actor), pk=pk)
        try:
            token = invite.send_again(self.actor, invitation)
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
        else:
            self.send(invitation, token)
        return HttpResponseRedirect(reverse("members"))


class InvitationWithdraw(ActionMixin):
    """POST: the link opens nothing more."""

    action = members.MANAGE_MEMBERS
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        invitation = get_object_or_404(visible_invitations(self.actor), pk=pk)
        try:
            invite.withdraw(self.actor, invitation)
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
        else:
            text = _("The invitation to %(email)s is withdrawn. Its link opens nothing more.")
            messages.success(request, text % {"email": invitation.email})
        return HttpResponseRedirect(reverse("members"))


@method_decorator(login_not_required, name="dispatch")
class InvitationLetter(View):
    """/invitation/<token>/: who invites to what. Reading it uses nothing up: mail programs open links by themselves."""

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        return self.shown(token)

    def post(self, request: HttpRequest, token: str) -> HttpResponseBase:
        letter = self.letter(token)
        if letter.state != "open":
            return self.shown(token)
        if letter.has_account:
            return self.accepted_as(request, token, letter)
        form = NewAccountForm(letter.invitation, request.POST)
        if form.is_valid():
            said = form.cleaned_data
            try:
                accept.accept_with_password(letter.invitation, said["name"], said["password"])
            except ValidationError as problem:
                add_errors(form, problem)
            else:
                messages.success(
                    request, _("Your account is ready. Log in with your e-mail address and your password.")
                )
                return HttpResponseRedirect(reverse("sign_in"))
        return self.shown(token, form)

    def accepted_as(self, request: HttpRequest, token: str, letter: accept.Letter) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return HttpResponseRedirect(f"{reverse('sign_in')}?next={request.path}")
        try:
            begun = accept.accept_as(letter.invitation, request.user)
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
            return self.shown(token)
        request.session[SESSION_KEY] = str(begun[0].pk)
        text = _("Welcome. You now act as %(role)s for %(organisation)s.")
        organisation = letter.invitation.organisation
        messages.success(request, text % {"role": Role(begun[0].role).label, "organisation": organisation})
        return HttpResponseRedirect(reverse("home"))

    def shown(self, token: str, form: NewAccountForm | None = None) -> HttpResponseBase:
        letter = self.letter(token)
        invitation, user = letter.invitation, self.request.user
        own = user.is_authenticated and user.email.lower() == invitation.email.lower()
        context: dict[str, Any] = {
            "invitation": invitation,
            "state": letter.state,
            "has_account": letter.has_account,
            "roles": [str(Role(role).label) for role in invitation.roles],
            "own": own,
            "somebody_else": user.is_authenticated and not own,
            "here": self.request.path,
            "form": None,
        }
        if letter.state == "open" and not letter.has_account:
            context["form"] = form or NewAccountForm(invitation)
        # Gone: so that nothing keeps it, and no machine takes it for a page that works.
        return render(self.request, "identity/invitation.html", context, status=200 if letter.state == "open" else 410)

    @staticmethod
    def letter(token: str) -> accept.Letter:
        letter = accept.letter(token)
        if letter is None:
            raise Http404
        return letter
