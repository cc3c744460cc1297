"""Passwords: what is asked of one, and how it is set. Long, not guessable, no rules of composition (NIST 800-63B)."""

from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.identity.models import User
from portal.identity.models.users import normalised
from portal.identity.signin import events, guessable

MOST = 128
"""Characters. Hashing takes longer the longer it is, so somebody could keep the server busy with a book."""


class LengthValidator:
    """At least `least` characters and at most MOST."""

    def __init__(self, least: int = 12) -> None:
        self.least = least

    def validate(self, password: str, user: Any = None) -> None:
        length = len(normalised(password))
        if length < self.least:
            raise ValidationError(
                ngettext(
                    "The password is too short: it has %(length)s character, and must have at least %(least)s.",
                    "The password is too short: it has %(length)s characters, and must have at least %(least)s.",
                    length,
                ),
                code="password_too_short",
                params={"length": length, "least": self.least},
            )
        if length > MOST:
            raise ValidationError(
                _("The password is too long: it has %(length)s characters, and may have at most %(most)s."),
                code="password_too_long",
                params={"length": length, "most": MOST},
            )

    def get_help_text(self) -> str:
        return _(
            "At least %(least)s characters. Three or four words that have nothing to do with each other are good."
        ) % {"least": self.least}


class GuessableValidator:
    """Not leaked, not common, not made of words and names that are tried first."""

    def validate(self, password: str, user: Any = None) -> None:
        problem = guessable.weakness(password)
        if problem is not None:
            raise problem

    def get_help_text(self) -> str:
        return _("Not a password that you use elsewhere, and not names, months or years.")


def check(password: str, user: User | None) -> None:
    """Raise ValidationError, with everything that is wrong, unless the password may be chosen."""
    password_validation.validate_password(normalised(password), user)


def set_password(user: User, password: str, kind: str, request: HttpRequest | None) -> User:
    """Give the person the (checked) password; every session of theirs ends, unless its hash is renewed after this."""
    with transaction.atomic():
        row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        row.set_password(password)
        row.session_mark += 1
        row.save(update_fields=["password", "session_mark"])
        events.record(kind, row, request)
    return row
