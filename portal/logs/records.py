"""A record of the log as one line of JSON.

Kept: when, how grave, which logger, the words of the code, the request's id, method, route and status, and of an
exception its type, its places in the code and what the database says of it without values (state, table, constraint).
Left out: the address asked for (its route stands instead), and every value that code of others puts into its words;
the message of an exception, which nobody can promise anything about: it quotes what somebody typed.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from portal.logs.redact import CUT, clean
from portal.ui.request_id import current_request_id

OWN = frozenset({"portal", "programmes", "matching", "reporting"})
"""Packages whose words are written in this repository, with no person's data in them."""
TOLD_BY_CELERY = frozenset({"name", "id", "description", "runtime"})
SPOKEN_BY_CODE = (AttributeError, NameError, ImportError)
"""Exceptions whose message has only names of the code."""
FRAMES = 40
CAUSES = 5
# Classes of the database's errors whose message has no value in it: connection, transaction, resources, intervention.
NO_VALUES = frozenset({"08", "25", "28", "3D", "40", "53", "55", "57", "58"})


class JsonFormatter(logging.Formatter):
    """Never raises, and never falls back on what it was to hide."""

    def format(self, record: logging.LogRecord) -> str:
        try:
            return json.dumps(told(record), ensure_ascii=False, default=lambda value: type(value).__name__)
        except Exception as problem:
            said = {"level": record.levelname, "logger": record.name, "unwritable": type(problem).__name__}
            return json.dumps(said)


def told(record: logging.LogRecord) -> dict[str, Any]:
    line: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": clean(words(record)),
    }
    request = getattr(record, "request", None)
    if number := current_request_id() or str(getattr(request, "id", "")):
        line["request"] = number
    if hasattr(record, "access"):
        line.update(record.access)
    elif request is not None and hasattr(request, "method"):
        line.update(method=method_of(request), route=route_of(request))
    if record.exc_info and record.exc_info[1] is not None:
        line["exception"] = exception(record.exc_info[1])
    return line


def method_of(request: Any) -> str:
    """The method, where it is one: what a stranger invents is not repeated."""
    known = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT"}
    return str(request.method) if request.method in known else CUT


def route_of(request: Any) -> str:
    """The pattern of the address (`match/<int:pk>/`); empty for one that leads nowhere."""
    match = getattr(request, "resolver_match", None)
    return str(match.route) if match is not None else ""


def words(record: logging.LogRecord) -> str:
    """The message, with values only from our own code."""
    if hasattr(record, "request") and not _ours(record):
        # Django writes the address or the host into these.
        status = getattr(record, "status_code", None)
        return f"{status} {HTTPStatus(status).phrase}" if status in set(HTTPStatus) else "request"
    template: object = record.msg
    if not isinstance(template, str):
        return type(template).__name__
    if record.name.startswith("gunicorn.") and template.startswith("Invalid request"):
        return "Invalid request"  # the rest is the request
    if not record.args:
        return template
    if _ours(record) or (record.name == "gunicorn.error" and record.levelno <= logging.INFO):
        return str(template % _spoken(record.args))
    try:
        return str(template % _masked(record.args))
    except (TypeError, ValueError, KeyError):
        return template


def exception(problem: BaseException, depth: int = 0) -> dict[str, Any]:
    """Type and places; of a database error also what it concerns. Causes inside, at most CAUSES deep."""
    said: dict[str, Any] = {"type": f"{type(problem).__module__}.{type(problem).__qualname__}"}
    if isinstance(problem, SPOKEN_BY_CODE):
        said["message"] = clean(str(problem))
    said.update(_of_database(problem))
    frames = traceback.extract_tb(problem.__traceback__)[-FRAMES:]
    said["frames"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    cause = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)
    if cause is not None and depth < CAUSES:
        said["cause"] = exception(cause, depth + 1)
    return said


def _ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in OWN


def _spoken(args: Any) -> Any:
    """Our own values, but of an exception only its type."""
    if isinstance(args, dict):
        return {key: _type_of(value) for key, value in args.items()}
    return tuple(_type_of(value) for value in args)


def _type_of(value: Any) -> Any:
    return type(value).__name__ if isinstance(value, BaseException) else value


def _masked(args: Any) -> Any:
    """Numbers stay; what Celery tells of a task stays; everything else is cut."""
    if isinstance(args, dict):
        return {key: value if key in TOLD_BY_CELERY else _number(value) for key, value in args.items()}
    return tuple(_number(value) for value in args)


def _number(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float) else CUT


def _of_database(problem: BaseException) -> dict[str, str]:
    """State, table, column and constraint; the first line of the message where it cannot hold a value."""
    state = getattr(problem, "sqlstate", None)
    diag = getattr(problem, "diag", None)
    if diag is None:
        return {}
    found = {
        "sqlstate": state,
        "table": diag.table_name,
        "column": diag.column_name,
        "constraint": diag.constraint_name,
        "message": diag.message_primary if state and state[:2] in NO_VALUES else None,
    }
    return {name: clean(value) for name, value in found.items() if value}
