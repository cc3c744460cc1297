"""A web request waits only so long for the database; then it says so, and nothing that was typed is lost.

The limits are the web's own (WEB_LIMITS, set by portal.wsgi): migrations, workers and commands may take their time.
A streamed export has limits of its own (EXPORT_LIMITS).
"""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

RETRY_AFTER = 5
"""Seconds."""
CSRF = "csrfmiddlewaretoken"
SECRET = ("password", "secret", "token", "code")
"""Parts of the names of fields that are never written into a page."""
# Cancelled for its time, a lock not had in time, a deadlock, two that cannot both be, idle for too long.
_STATES = frozenset({"57014", "55P03", "40P01", "40001", "25P03", "25P04"})
# Connection, resources, an operator.
_CLASSES = frozenset({"08", "53", "57"})


def limit_web() -> None:
    """Connections opened by this process from now on end what takes longer than WEB_LIMITS."""
    options = settings.DATABASES["default"].setdefault("OPTIONS", {})
    limits = [f"-c {name}={value}" for name, value in settings.WEB_LIMITS.items() if value]
    options["options"] = " ".join(filter(None, [options.get("options", ""), *limits]))


def limit_export() -> None:
    """The transaction that is open may take as long as an export may. One statement, as every file has it."""
    settings_of = list(settings.EXPORT_LIMITS.items())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config(name, value, true) FROM unnest(%s::text[], %s::text[]) AS set_to(name, value)",
            [[name for name, _value in settings_of], [value for _name, value in settings_of]],
        )


def is_busy(problem: BaseException | None) -> bool:
    """Is it the database that does not answer in time, or at all? Then trying again helps."""
    while problem is not None:
        state = getattr(problem, "sqlstate", None)
        if state is not None:
            return state in _STATES or state[:2] in _CLASSES
        cause = problem.__cause__
        # Without a state nobody answered: no connection, no place in the pool.
        if isinstance(problem, OperationalError | InterfaceError) and getattr(cause, "sqlstate", None) is None:
            return True
        problem = cause
    return False


def typed(request: HttpRequest) -> list[tuple[str, str]] | None:
    """The fields of a form that was sent, to send them again; None where a page must not or cannot hold them."""
    if request.method != "POST":
        return None
    try:
        fields = [(name, str(value)) for name, values in request.POST.lists() for value in values]
        files = bool(request.FILES)
    except (UnreadablePostError, MultiPartParserError, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        return None
    if files or any(part in name.lower() for name, _value in fields for part in SECRET if name != CSRF):
        return None
    return [(name, value) for name, value in fields if name != CSRF]
