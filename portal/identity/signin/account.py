"""A person's own page about their way in: password, app, recovery codes, sessions and what happened lately."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import View

from portal.identity.acting import own_account
from portal.identity.models import SecondFactor, SignInEvent, User
from portal.identity.signin import attempts, encryption, events, origin, passwords, second_factor, sessions
from portal.identity.signin.closed import closed_for_now
from portal.identity.signin.forms import AppForm, ChangePasswordForm, ConfirmForm
from portal.identity.signin.middleware import before_second_factor
from portal.ui.qr import qr_svg
from portal.ui.tables import Column, Table

SECRET = "new_app"  # noqa: S105  the key of the session under which the secret of an app that is being set up lies
SHOWN = 20

EVENTS = [
    Column("at", gettext_lazy("When"), kind="moment"),
    Column("what", gettext_lazy("What")),
    Column("device", gettext_lazy("Browser")),
]


@own_account
class _Own(View):
    """A page about the person who is signed in."""

    @property
    def user(self) -> User:
        assert isinstance(self.request.user, User)
        return self.request.user


class Account(_Own):
    def get(self, request: HttpRequest) -> HttpResponse:
        factor = SecondFactor.objects.filter(user=self.user).first()
        newest = SignInEvent.objects.filter(user=self.user).order_by("-at", "-pk")[:SHOWN]
        rows = [
            {"at": event.at, "what": event.get_kind_display(), "device": origin.device_in_words(event.device)}
            for event in newest
        ]
        context = {
            "person": self.user,
            "factor": factor,
            "required": second_factor.required_of(request.actor),  # type: ignore[attr-defined]
            "codes_left": second_factor.codes_left(self.user) if factor else 0,
            "events": Table(_("My log-ins"), EVENTS, rows, caption_hidden=True),
        }
        return render(request, "identity/account.html", context)


@method_decorator(before_second_factor, name="dispatch")
class ChangePassword(auth_views.RedirectURLMixin, _Own):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_change(request, self.user):
            return HttpResponseRedirect(reverse("second_step"))
        return super().dispatch(request, *args, **kwargs)

    def get_default_redirect_url(self) -> str:
        return reverse("account")

    def page(self, form: ChangePasswordForm) -> HttpResponse:
        must = bool(self.request.session.get(sessions.CHANGE))
        context = {"form": form, "must": must, "next": self.get_redirect_url(), "email": self.user.email}
        return render(self.request, "identity/change_password.html", context)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(ChangePasswordForm(request, self.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ChangePasswordForm(request, self.user, request.POST)
        try:
            if not form.is_valid():
                return self.page(form)
        except attempts.TooMany as closed:
            return closed_for_now(lambda: self.page(form), form, closed)
        kind = events.Kind.PASSWORD_CHANGED
        owner = passwords.set_password(self.user, form.cleaned_data["new_password"], kind, request)
        sessions.keep_this_one(request, owner)
        request.session.pop(sessions.CHANGE, None)
        messages.success(request, _("Your password is changed. You are logged off everywhere else."))
        return HttpResponseRedirect(self.get_success_url())


def may_change(request: HttpRequest, user: User) -> bool:
    """Not with the password alone where there is an app: the password may be known to others."""
    return request.session.get(sessions.FACTOR) == sessions.PASSED or not second_factor.has(user)


@method_decorator(before_second_factor, name="dispatch")
class SetUpApp(auth_views.RedirectURLMixin, _Own):
    """Set up the app, or another one in its place. GET makes the secret, which lies in the session."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_change(request, self.user):
            return HttpResponseRedirect(reverse("second_step"))
        self.replaces = second_factor.has(self.user)
        return super().dispatch(request, *args, **kwargs)

    def get_default_redirect_url(self) -> str:
        return reverse("account")

    @property
    def secret(self) -> str:
        secret = encryption.decrypt(self.request.session.get(SECRET, ""))
        if secret is None:
            secret = second_factor.new_secret()
            self.request.session[SECRET] = encryption.encrypt(secret)
        return secret

    def form(self, data: Any = None) -> AppForm:
        ask = self.replaces or not sessions.is_recent(self.request.session)
        return AppForm(self.request, self.user, data, ask_password=ask)

    def page(self, form: AppForm) -> HttpResponse:
        secret = self.secret
        address = second_factor.address_of(self.user, secret)
        context = {
            "form": form,
            "replaces": self.replaces,
            "required": second_factor.required_of(self.request.actor),  # type: ignore[attr-defined]
            "qr": qr_svg(address, _("QR code for the authenticator app")),
            "address": address,
            "secret": " ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
            "next": self.get_redirect_url(),
        }
        return render(self.request, "identity/second_factor.html", context)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(self.form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST)
        try:
            if not form.is_valid():
                return self.page(form)
        except attempts.TooMany as closed:
            return closed_for_now(lambda: self.page(form), form, closed)
        try:
            codes = second_factor.make(self.user, self.secret, form.cleaned_data["code"], request)
        except second_factor.WrongCode as wrong:
            form.add_error("code", wrong)
            return self.page(form)
        del request.session[SECRET]
        request.session[sessions.FACTOR] = sessions.PASSED
        sessions.keep_this_one(request, self.user)
        return show_codes(request, codes, self.get_success_url(), others_ended=True)


class RecoveryCodes(_Own):
    """Make new recovery codes."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not second_factor.has(self.user):
            return HttpResponseRedirect(reverse("second_factor"))
        return super().dispatch(request, *args, **kwargs)

    def page(self, form: ConfirmForm) -> HttpResponse:
        context = {"form": form, "left": second_factor.codes_left(self.user)}
        return render(self.request, "identity/recovery_codes_new.html", context)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(ConfirmForm(request, self.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ConfirmForm(request, self.user, request.POST)
        try:
            if not form.is_valid():
                return self.page(form)
        except attempts.TooMany as closed:
            return closed_for_now(lambda: self.page(form), form, closed)
        return show_codes(request, second_factor.new_recovery_codes(self.user, request), reverse("account"))


class EndOthers(_Own):
    """POST: log off everywhere else."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        sessions.end_others(request, self.user)
        messages.success(request, _("You are logged off everywhere else."))
        return HttpResponseRedirect(reverse("account"))


def show_codes(request: HttpRequest, codes: list[str], onward: str, *, others_ended: bool = False) -> HttpResponse:
    """The one time the codes are shown: as the answer itself, so that they are kept nowhere."""
    context = {"codes": codes, "onward": onward, "others_ended": others_ended}
    return render(request, "identity/recovery_codes.html", context)
