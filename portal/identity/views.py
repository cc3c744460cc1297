"""Signing in and off, and the mixin by which a page asks for its right."""

from typing import Any, ClassVar

from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView
from django.views.generic.base import View

from portal.identity import rights
from portal.identity.acting import ends_support
from portal.identity.actor import Actor
from portal.identity.forms import SignInForm


class ActionMixin(View):
    """A page that needs a right: refuses with the reason before anything else happens."""

    action: ClassVar[str]

    @property
    def actor(self) -> Actor:
        return self.request.actor  # type: ignore[attr-defined, no-any-return]  # put there by ActorMiddleware

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rights.require(request.actor, self.action)  # type: ignore[attr-defined]
        return super().dispatch(request, *args, **kwargs)


class SignIn(auth_views.LoginView):
    template_name = "identity/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


@method_decorator(login_not_required, name="dispatch")
class SignedOff(TemplateView):
    template_name = "identity/signed_off.html"


@ends_support
class SignOff(auth_views.LogoutView):
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().post(request, *args, **kwargs)
