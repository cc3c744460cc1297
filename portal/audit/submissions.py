"""Once is enough: a submission repeated by a nervous finger or a retrying client returns its first receipt."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from portal.audit.models import Submission
from portal.identity.models import User

Written = Callable[[int], None]
"""Called by what makes something, inside its own transaction, with the id of what it made."""
Act = Callable[[Written], int]


class OtherContent(Exception):
    """The key was used before for something else; nothing was written."""


def fingerprint(content: Mapping[str, Any]) -> str:
    """The same for equal content, whatever the order of its keys."""
    text = json.dumps(content, sort_keys=True, cls=DjangoJSONEncoder, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def find(user: User, kind: str, key: str, content_fingerprint: str) -> int | None:
    """The object the key led to, if it was used. Raises OtherContent when it was used for other content."""
    earlier = Submission.objects.filter(user=user, kind=kind, key=key).first()
    if earlier is None:
        return None
    if earlier.fingerprint != content_fingerprint:
        raise OtherContent
    return earlier.object_id


def accepted(user: User, kind: str, key: str) -> bool:
    """Has this key led to something?"""
    return Submission.objects.filter(user=user, kind=kind, key=key).exists()


def once(user: User, kind: str, key: str, content: Mapping[str, Any], act: Act) -> tuple[int, bool]:
    """Do `act` unless this key has done it. Returns (object id, whether it was done now)."""
    mark = fingerprint(content)
    earlier = find(user, kind, key, mark)
    if earlier is not None:
        return earlier, False

    def written(object_id: int) -> None:
        Submission.objects.create(user=user, kind=kind, key=key, fingerprint=mark, object_id=object_id)

    try:
        return act(written), True
    except Exception:
        # Two at once: the other one won while this one waited, and now this one is a double, or the rule says that
        # the thing has changed. Anything else is not ours to explain.
        earlier = find(user, kind, key, mark)
        if earlier is None:
            raise
        return earlier, False
