"""What was typed into a form whose session was over when it was sent: kept through the log-in, and sent after it.

It travels in the page, signed, and is shown to nobody but the person whose session it was.
"""

from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest

_SALT = "portal.identity.signin.resuming"
LONGEST = 8 * 60 * 60
MOST = 500_000
"""Characters of a kept form."""
NEVER = ("csrfmiddlewaretoken", "password", "code")


@dataclass(frozen=True)
class Kept:
    path: str
    fields: list[tuple[str, str]]
    files: bool
    """Files cannot be kept: they must be chosen again."""


def keep(request: HttpRequest, user_id: int) -> str:
    """The POST's fields as signed text; empty when there is nothing to keep or it is too much."""
    fields = [
        [name, value]
        for name, values in request.POST.lists()
        if not any(part in name for part in NEVER)
        for value in values
    ]
    if not fields and not request.FILES:
        return ""
    content = {"user": user_id, "path": request.get_full_path(), "fields": fields, "files": bool(request.FILES)}
    kept = signing.dumps(content, salt=_SALT, compress=True)
    return kept if len(kept) <= MOST else ""


def read(kept: str, user_id: int) -> Kept | None:
    """What was kept for this person; None for anything else."""
    try:
        content = signing.loads(kept, salt=_SALT, max_age=LONGEST)
    except signing.BadSignature:
        return None
    if content["user"] != user_id:
        return None
    return Kept(content["path"], [(name, value) for name, value in content["fields"]], content["files"])
