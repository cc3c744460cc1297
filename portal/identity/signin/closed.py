"""The answer while something is closed: when to try again, and nothing that was typed is lost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.identity.signin.attempts import TooMany


def in_words(until: datetime) -> str:
    """The clock, and how long that is: "14:35 (in 15 minutes)"."""
    minutes = max(1, -int((timezone.now() - until).total_seconds() // 60))
    until = (until + timedelta(seconds=59)).replace(second=0)  # who comes at that minute is let in
    return ngettext("%(clock)s (in %(minutes)s minute)", "%(clock)s (in %(minutes)s minutes)", minutes) % {
        "clock": timezone.localtime(until).strftime("%H:%M"),
        "minutes": minutes,
    }


def closed_for_now(page: Callable[[], HttpResponse], form: Any, closed: TooMany) -> HttpResponse:
    """`page` drawn with the reason on the form: 429, with Retry-After in seconds."""
    form.add_error(
        None, _("There have been too many attempts. Try again at %(when)s.") % {"when": in_words(closed.until)}
    )
    response = page()
    response.status_code = 429
    response.headers["Retry-After"] = str(closed.seconds)
    return response
