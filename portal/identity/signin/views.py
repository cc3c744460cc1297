"""Signing in: password, code, recovery code, forgotten password; signing off."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView
from django.views.generic.base import View

from portal.identity import my_day
from portal.identity.acting import ends_support
from portal.identity.actor import actor_for
from portal.identity.models import User
from portal.identity.signin import attempts, devices, entering, events, links, resuming, second_factor, sessions
from portal.identity.signin.closed import closed_for_now
from portal.identity.signin.forms import CodeForm, ForgottenForm, NewPasswordForm, RecoveryForm, SignInForm
from portal.identity.signin.middleware import OVER, before_second_factor, leaves_session_alone

RESUME = "resume"
LINK = "password_link"
"""Key of the session: the two parts of a link, so that the link itself stands in one address only."""


class _Next(auth_views.RedirectURLMixin):
    """Where the person wanted to go, carried along as `next`."""

    def get_default_redirect_url(self) -> str:
        """Whose work comes from others is led to what waits; all others to the figures."""
        user = self.request.user  # type: ignore[attr-defined]
        if user.is_authenticated and my_day.lands_here(actor_for(user)):
            return reverse("my_day")
        return reverse(settings.LOGIN_REDIRECT_URL)

    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str:
        """Whoever opened the portal's first address came for nothing in particular."""
        wanted = super().get_redirect_url()
        return "" if wanted == reverse("home") else wanted

    def with_next(self, name: str) -> str:
        wanted = self.get_redirect_url()
        return f"{reverse(name)}?{urlencode({'next': wanted})}" if wanted else reverse(name)

    def into(self, user: User) -> HttpResponse:
        """The answer to whoever is in: what was to be sent when the session ended, or the page they came for."""
        request: HttpRequest = self.request  # type: ignore[attr-defined]
        kept = resuming.read(request.session.pop(RESUME, ""), user.pk)
        if kept is not None:
            response = render(request, "identity/resume.html", {"kept": kept})
        else:
            response = HttpResponseRedirect(self.get_success_url())
        devices.remember(request, response, user)
        return response


@method_decorator(login_not_required, name="dispatch")
class SignIn(_Next, auth_views.LoginView):
    template_name = "identity/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            demo=settings.DEMO_AREA,
            over=OVER in self.request.GET,
            kept=self.request.POST.get(RESUME, ""),
            next=self.get_redirect_url(),
            **kwargs,
        )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if isinstance(request.user, User) and request.POST.get(RESUME):
            request.session[RESUME] = request.POST[RESUME]
            return self.into(request.user)  # logged in again in another tab meanwhile
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        try:
            valid = form.is_valid()
        except attempts.TooMany as closed:
            return closed_for_now(
                lambda: render(request, self.template_name, self.get_context_data(form=form)), form, closed
            )
        return self.form_valid(form) if valid else self.form_invalid(form)

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        inside = entering.password_given(self.request, user, form.cleaned_data["password"])
        if kept := self.request.POST.get(RESUME):
            self.request.session[RESUME] = kept
        return self.into(user) if inside else HttpResponseRedirect(self.with_next("second_step"))


@method_decorator([login_not_required, before_second_factor], name="dispatch")
class SecondStep(_Next, View):
    """The code, after the password. Also for a session that began before the person had an app."""

    template, recovery = "identity/second_step.html", False
    form_class: type[CodeForm | RecoveryForm] = CodeForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = entering.pending(request)
        if user is None and isinstance(request.user, User):
            if request.session.get(sessions.FACTOR) == sessions.PASSED or not second_factor.has(request.user):
                return HttpResponseRedirect(self.get_success_url())
            user = request.user
        if user is None:
            return HttpResponseRedirect(self.with_next("sign_in"))
        self.user = user
        return super().dispatch(request, *args, **kwargs)

    def page(self, form: Any) -> HttpResponse:
        context = {
            "form": form,
            "next": self.get_redirect_url(),
            "other": self.with_next("second_step" if self.recovery else "recovery_step"),
            "demo_code": second_factor.demo_code(self.user),
            "email": self.user.email,
        }
        return render(self.request, self.template, context)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(self.form_class())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form_class(request.POST)
        if not form.is_valid():
            return self.page(form)
        try:
            right = entering.by_code(request, self.user, form.cleaned_data["code"], self.recovery)
        except attempts.TooMany as closed:
            return closed_for_now(lambda: self.page(form), form, closed)
        if not right:
            form.add_error("code", self.wrong())
            return self.page(form)
        entering.code_given(request, self.user)
        self.welcome()
        return self.into(self.user)

    def wrong(self) -> Any:
        return second_factor.WrongCode()

    def welcome(self) -> None:
        pass


class RecoveryStep(SecondStep):
    """A recovery code instead."""

    template, recovery = "identity/recovery_step.html", True
    form_class = RecoveryForm

    def wrong(self) -> Any:
        return _("This is none of your recovery codes, or you have used it before. Try another one.")

    def welcome(self) -> None:
        left = second_factor.codes_left(self.user)
        messages.warning(
            self.request,
            ngettext(
                "You have used a recovery code. %(left)s is left. Set up the app anew under “My account”.",
                "You have used a recovery code. %(left)s are left. Set up the app anew under “My account”.",
                left,
            )
            % {"left": left},
        )


@method_decorator(login_not_required, name="dispatch")
class Forgotten(View):
    """Asks for a link by which a new password is chosen."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "identity/forgotten.html", {"form": ForgottenForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ForgottenForm(request.POST)
        if not form.is_valid():
            return render(request, "identity/forgotten.html", {"form": form})
        try:
            links.send_link(request, form.cleaned_data["email"])
        except attempts.TooMany as closed:
            return closed_for_now(lambda: render(request, "identity/forgotten.html", {"form": form}), form, closed)
        return HttpResponseRedirect(reverse("link_sent"))


@method_decorator(login_not_required, name="dispatch")
class LinkSent(TemplateView):
    template_name = "identity/link_sent.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(minutes=int(links.FORGOTTEN.total_seconds() // 60), **kwargs)


@method_decorator(login_not_required, name="dispatch")
class OpenLink(View):
    """The link's own address: puts its two parts into the session and goes on, so that they stand in no log and in no
    address that the browser passes on."""

    def get(self, request: HttpRequest, user: str, token: str) -> HttpResponse:
        request.session[LINK] = [user, token]
        return HttpResponseRedirect(reverse("new_password"))


@method_decorator(login_not_required, name="dispatch")
class NewPassword(View):
    def page(self, owner: User, form: NewPasswordForm) -> HttpResponse:
        return render(self.request, "identity/new_password.html", {"form": form, "email": owner.email})

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user, token = request.session.get(LINK, ("", ""))
        self.parts: tuple[str, str] = (user, token)
        try:
            self.owner = links.owner_of(*self.parts)
            return super().dispatch(request, *args, **kwargs)
        except links.Gone:
            return render(request, "identity/link_gone.html", status=410)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(self.owner, NewPasswordForm(self.owner))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewPasswordForm(self.owner, request.POST)
        if not form.is_valid():
            return self.page(self.owner, form)
        owner = links.set_by_link(*self.parts, password=form.cleaned_data["new_password"], request=request)
        del request.session[LINK]
        messages.success(request, _("Your new password is saved. Log in with it."))
        response = HttpResponseRedirect(reverse("sign_in"))
        # They have the mailbox: strangers' attempts are not theirs.
        devices.remember(request, response, owner, by_letter=True)
        return response


@method_decorator(login_not_required, name="dispatch")
class SignedOff(TemplateView):
    template_name = "identity/signed_off.html"


@method_decorator([login_not_required, before_second_factor], name="dispatch")
@ends_support
class SignOff(auth_views.LogoutView):
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if isinstance(request.user, User):
            events.record(events.Kind.SIGNED_OFF, request.user, request)
        response = super().post(request, *args, **kwargs)
        # Pages and drafts that the browser keeps go too. Only here: a session that ended by itself leaves them.
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


def _session_state(request: HttpRequest) -> dict[str, Any]:
    if not isinstance(request.user, User):
        return {"left": 0, "extendable": False, "person": "", "token": get_token(request)}
    return {
        "left": sessions.seconds_left(request.session),
        "extendable": sessions.can_be_extended(request.session),
        "person": sessions.person_mark(request.user.pk),
        "token": get_token(request),
    }


@method_decorator([login_not_required, leaves_session_alone], name="dispatch")
class SessionState(View):
    """JSON for the page's own clock: seconds left, whether they can be more, who it is, and a token for its forms."""

    def get(self, request: HttpRequest) -> JsonResponse:
        response = JsonResponse(_session_state(request))
        response.headers["Cache-Control"] = "no-store"
        return response


@method_decorator([login_not_required, before_second_factor], name="dispatch")
class SessionStay(View):
    """POST: "stay logged in". Answers as SessionState; 401 when the session was over already."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> JsonResponse:
        if isinstance(request.user, User):
            sessions.touch(request.session, every=0)
        return JsonResponse(_session_state(request), status=200 if isinstance(request.user, User) else 401)


@method_decorator(before_second_factor, name="dispatch")
class SignedInAgain(TemplateView):
    """Where a log-in in a new tab ends: back to the tab with the form."""

    template_name = "identity/signed_in_again.html"
