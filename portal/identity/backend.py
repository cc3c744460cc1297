"""Sign-in by e-mail address and password."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from portal.identity.demo_password import DEMO_PASSWORD
from portal.identity.models import User


class EmailBackend(BaseBackend):
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if username is None or password is None:
            return None
        if password == DEMO_PASSWORD and not settings.DEMO_AREA:
            return None  # The demo password is public: outside the demo area it opens nothing, whoever has it.
        try:
            user = User.objects.get_by_natural_key(username)
        except User.DoesNotExist:
            User().set_password(password)  # As slow as a wrong password, so that the answer does not tell who exists.
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()
