"""Browsers in which a person has signed in: they are counted apart, so that strangers cannot shut the person out.

The cookie holds a random number bound to the person by a signature; it opens nothing.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.identity.models import User
from portal.identity.signin.origin import keyed

COOKIE = "known_browser"
LETTER = "letter"
"""The number of browsers that are known by a letter only."""
DAYS = 180
_SALT = "portal.identity.signin.devices"


def account_of(email: str) -> str:
    """The key of an account, existing or not: the address whatever its case."""
    return keyed("account", email.strip().lower())


def known(request: HttpRequest, email: str) -> str | None:
    """The number of this browser, if the person has signed in from it before."""
    try:
        value = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=DAYS * 24 * 60 * 60)
        account, number = value
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return number if account == account_of(email) else None


def attempts_key(request: HttpRequest, email: str) -> str:
    """What attempts on the account are counted by: one count for all strangers, one for each known browser."""
    number = known(request, email)
    return keyed("browser", account_of(email), number) if number else account_of(email)


def remember(request: HttpRequest, response: HttpResponseBase, user: User, *, by_letter: bool = False) -> None:
    """The person has signed in here; or has followed a letter (`by_letter`), and whoever reads the person's letters
    gets one count for them all, not five new attempts with each."""
    number = known(request, user.email)
    if by_letter:
        number = number or LETTER
    elif number is None or number == LETTER:
        number = secrets.token_urlsafe(16)
    response.set_cookie(
        COOKIE,
        signing.dumps([account_of(user.email), number], salt=_SALT),
        max_age=DAYS * 24 * 60 * 60,
        path="/",
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )
