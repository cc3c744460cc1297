"""From where a request comes, right behind a proxy too; and with what, in words. Neither is stored as it is."""

import ipaddress
import re
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

SALT: Final = "portal.identity.signin"

BROWSERS = (
    (re.compile(r"Edg(?:e|A|iOS)?/"), "Edge"),
    (re.compile(r"OPR/|Opera"), "Opera"),
    (re.compile(r"Firefox/|FxiOS/"), "Firefox"),
    (re.compile(r"Chrome/|CriOS/"), "Chrome"),
    (re.compile(r"Safari/"), "Safari"),
)
"""In this order: Edge calls itself Chrome too, and Chrome Safari."""
SYSTEMS = (
    (re.compile(r"iPhone|iPad"), "iOS"),
    (re.compile(r"Android"), "Android"),
    (re.compile(r"Windows"), "Windows"),
    (re.compile(r"Macintosh|Mac OS X"), "macOS"),
    (re.compile(r"Linux|X11"), "Linux"),
)


def client_address(request: HttpRequest) -> str:
    """The network address of the client; of an IPv6 one its /64, which is what one household or office has.

    Each of TRUSTED_PROXIES puts the address it was asked from at the end of X-Forwarded-For; what stands before them
    the client may have written itself and is not looked at. Empty when the server does not say.
    """
    address = request.META.get("REMOTE_ADDR", "")
    trusted = settings.TRUSTED_PROXIES
    if trusted:
        passed = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(passed) >= trusted:
            address = passed[-trusted]
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped is not None:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)


def keyed(*parts: object) -> str:
    """A hash that cannot be turned back by trying all addresses without SECRET_KEY: 64 characters."""
    return salted_hmac(SALT, "\n".join(str(part) for part in parts), algorithm="sha256").hexdigest()


def origin_key(request: HttpRequest) -> str:
    return keyed("origin", client_address(request))


def device(request: HttpRequest) -> str:
    """Browser and system as a person knows them: "Chrome, Windows". Empty when neither is known."""
    agent = request.META.get("HTTP_USER_AGENT", "")
    browser = next((name for pattern, name in BROWSERS if pattern.search(agent)), "")
    system = next((name for pattern, name in SYSTEMS if pattern.search(agent)), "")
    return ", ".join(part for part in (browser, system) if part)


def device_in_words(stored: str) -> str:
    return stored or _("unknown device")
