"""The mixin by which a page asks for its right."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.generic.base import View

from portal.identity import rights
from portal.identity.actor import Actor


class ActionMixin(View):
    """A page that needs a right: refuses with the reason before anything else happens."""

    action: ClassVar[str]

    @property
    def actor(self) -> Actor:
        return self.request.actor  # type: ignore[attr-defined, no-any-return]  # put there by ActorMiddleware

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rights.require(request.actor, self.action)  # type: ignore[attr-defined]
        return super().dispatch(request, *args, **kwargs)
