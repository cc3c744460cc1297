"""How long a session lasts: at most SESSION_COOKIE_AGE in all, and SESSION_IDLE without a page being opened."""

import time
from typing import Any

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest

from portal.identity.models import User
from portal.identity.signin import events
from portal.identity.signin.origin import keyed

STARTED, SEEN = "started", "seen"
FACTOR = "second_factor"
"""Key of the session: PASSED with a code, NOT_ASKED where the person has no app. A session without it is asked."""
PASSED, NOT_ASKED = "passed", "not_asked"
CHANGE = "change_password"
"""Key of the session: the password must be changed before anything else opens."""
SEEN_EVERY = 60
"""Seconds: the session is not written for every page."""
RECENT = 15 * 60


def begin(request: HttpRequest, **kwargs: Any) -> None:
    """Receiver of user_logged_in."""
    request.session[STARTED] = request.session[SEEN] = now()


def now() -> int:
    return int(time.time())


def seconds_left(session: SessionBase) -> int:
    """Until it ends if nothing is opened any more; 0 when it is over."""
    started, seen = session.get(STARTED, 0), session.get(SEEN, 0)
    return max(int(min(started + settings.SESSION_COOKIE_AGE, seen + settings.SESSION_IDLE)) - now(), 0)


def can_be_extended(session: SessionBase) -> bool:
    """Is it idleness that ends it, and not its whole length?"""
    return bool(now() + settings.SESSION_IDLE < session.get(STARTED, 0) + settings.SESSION_COOKIE_AGE)


def touch(session: SessionBase, every: int = SEEN_EVERY) -> None:
    """Somebody is here. Written when the answer leaves, past the read-only transaction, at most once a minute."""
    if now() - session.get(SEEN, 0) >= every:
        session[SEEN] = now()


def is_recent(session: SessionBase) -> bool:
    """Did the person log in a moment ago, so that the password need not be asked for again?"""
    return bool(now() - session.get(STARTED, 0) < RECENT)


def keep_this_one(request: HttpRequest, user: User) -> None:
    """After the password, the app or the mark changed: all sessions of the person have ended but this."""
    update_session_auth_hash(request, user)


def end_others(request: HttpRequest, user: User) -> None:
    """Log off everywhere else."""
    with transaction.atomic():
        owner = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        owner.session_mark += 1
        owner.save(update_fields=["session_mark"])
        events.record(events.Kind.OTHERS_ENDED, owner, request)
    keep_this_one(request, owner)


def person_mark(user_id: int) -> str:
    """Tells a page whether it is still the same person who is signed in, and nothing else."""
    return keyed("person", user_id)[:16]
