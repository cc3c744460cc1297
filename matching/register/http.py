"""Asking a register over HTTP. What goes wrong is a RegisterProblem in words, without the address and what was sent."""

import json
import urllib.error
import urllib.request
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from matching.register.said import RegisterProblem

LARGEST = 200 * 1024 * 1024
"""More than this is no page of a reply."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The password is for one address; wherever that points, it does not go along."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def ask(address: str, content: Any, headers: dict[str, str] | None = None) -> Any:
    """POST `content` as JSON and read the answer. Raises RegisterProblem, also for a refusal inside a 200."""
    if not address.startswith(("http://", "https://")):
        raise RegisterProblem(_("The register's address must begin with https://."))
    request = urllib.request.Request(  # noqa: S310  # the scheme is looked at above
        address,
        data=json.dumps(content).encode(),
        headers={
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": settings.CVR_USER_AGENT,
            **(headers or {}),
        },
    )
    try:
        with _opener.open(request, timeout=settings.CVR_TIMEOUT) as answer:
            body = answer.read(LARGEST + 1)
    except urllib.error.HTTPError as error:
        with error:
            reason = _reason(error.code)
        raise RegisterProblem(reason) from None
    except (urllib.error.URLError, TimeoutError, OSError, ValueError) as error:
        raise RegisterProblem(_("The register does not answer (%(kind)s).") % {"kind": type(error).__name__}) from None
    if len(body) > LARGEST:
        raise RegisterProblem(_("The register's answer is too large."))
    try:
        said = json.loads(body)
    except ValueError:
        raise RegisterProblem(_("The register's answer cannot be read.")) from None
    refuse(said)
    return said


def _reason(code: int) -> str:
    if code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return _("The register does not accept the user name, the password or the key.")
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        return _("The register's quota is used up for now.")
    return _("The register answers with an error (%(code)s).") % {"code": code}


def refuse(said: Any) -> None:
    """Raise RegisterProblem when an answer says that it is none: quota and faults come with status 200 as well."""
    if not isinstance(said, dict):
        return
    problem = said.get("error") or said.get("errors")
    if not problem:
        return
    first = problem[0] if isinstance(problem, list) else problem
    if isinstance(first, dict):
        first = first.get("message") or first.get("reason") or first.get("type") or "?"
    raise RegisterProblem(_("The register refuses: %(reason)s") % {"reason": " ".join(str(first).split())[:160]})
