"""The way in: password, then the code where there is an app, then the session."""

import logging
import time

from django.contrib.auth import authenticate, login
from django.http import HttpRequest

from portal.identity.models import Attempts, User
from portal.identity.signin import attempts, devices, events, guessable, second_factor, sessions
from portal.identity.signin.origin import origin_key

log = logging.getLogger(__name__)

Kind = Attempts.Kind
PENDING = "pending"
"""Key of the session of somebody who has given the password and not yet the code."""
PATIENCE = 10 * 60
"""Seconds that the code may take."""


def by_password(request: HttpRequest, email: str, password: str) -> User | None:
    """The person, or None when the two do not belong together. Raises attempts.TooMany."""
    limits = _limits(request, Kind.ACCOUNT, email)
    try:
        _take(limits)
        user = authenticate(request, username=email, password=password)
        if not isinstance(user, User):
            _failed(limits, events.Kind.REFUSED, _account(email), request)
            return None
    except attempts.TooMany as closed:
        _tell(closed, _account(email), request)
        raise
    _went_well(limits)
    return user


def confirm_password(request: HttpRequest, user: User, password: str) -> bool:
    """Is it the password of the person who is signed in? Counted as a log-in is. Raises attempts.TooMany."""
    limits = _limits(request, Kind.ACCOUNT, user.email)
    try:
        _take(limits)
        if not user.check_password(password):
            _failed(limits, events.Kind.REFUSED, user, request)
            return False
    except attempts.TooMany as closed:
        _tell(closed, user, request)
        raise
    _went_well(limits)
    return True


def by_code(request: HttpRequest, user: User, code: str, recovery: bool = False) -> bool:
    """Is it the code of the app, or one of the recovery codes? Then it is used. Raises attempts.TooMany."""
    limits = _limits(request, Kind.CODE, user.email)
    try:
        _take(limits)
        if recovery:
            right = second_factor.accept_recovery(user, code, request) is not None
        else:
            right = second_factor.accept(user, code)
        if not right:
            _failed(limits, events.Kind.CODE_REFUSED, user, request)
            return False
    except attempts.TooMany as closed:
        _tell(closed, user, request)
        raise
    _went_well(limits)
    return True


def password_given(request: HttpRequest, user: User, password: str) -> bool:
    """The password is right. Returns whether the person is in; else a code is waited for."""
    weak = guessable.weakness(password) is not None
    if second_factor.has(user):
        request.session.cycle_key()
        request.session[PENDING] = [user.pk, user.get_session_auth_hash(), int(time.time()), weak]
        return False
    enter(request, user, sessions.NOT_ASKED, weak)
    return True


def pending(request: HttpRequest) -> User | None:
    """Who has given the password here and is to give the code; None when that was too long ago, or has changed."""
    user_id, mark, at, _weak = request.session.get(PENDING, (0, "", 0, False))
    if time.time() - at > PATIENCE:
        return None
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return user if user is not None and user.get_session_auth_hash() == mark else None


def code_given(request: HttpRequest, user: User) -> None:
    """The code is right: the person is in."""
    weak = bool(request.session.pop(PENDING, (0, "", 0, False))[3])
    enter(request, user, sessions.PASSED, weak)


def enter(request: HttpRequest, user: User, factor: str, weak: bool = False) -> None:
    login(request, user)
    request.session[sessions.FACTOR] = factor
    if weak:
        request.session[sessions.CHANGE] = True
    events.record(events.Kind.SIGNED_IN, user, request)


def _limits(request: HttpRequest, kind: str, email: str) -> list[tuple[str, str]]:
    """What the attempt is counted by. A known browser does not suffer from what others do at the same address."""
    own = (kind, devices.attempts_key(request, email))
    return [own] if devices.known(request, email) else [(Kind.ORIGIN, origin_key(request)), own]


def _take(limits: list[tuple[str, str]]) -> None:
    for kind, key in limits:
        attempts.take(kind, key)


def _failed(limits: list[tuple[str, str]], event: str, user: User | None, request: HttpRequest) -> None:
    events.record(event, user, request)
    for kind, key in limits:
        attempts.failed(kind, key)


def _went_well(limits: list[tuple[str, str]]) -> None:
    for kind, key in limits:
        if kind == Kind.ORIGIN:
            attempts.give_back(kind, key)
        else:
            attempts.forget(kind, key)


def _tell(closed: attempts.TooMany, user: User | None, request: HttpRequest) -> None:
    if closed.just_closed:
        events.record(events.Kind.CLOSED, user, request)
        log.warning("Closed until %s after too many attempts (user %s).", closed.until, user.pk if user else "unknown")


def _account(email: str) -> User | None:
    """Whose address it is. Asked once whether there is such a user or not, so that the time does not tell."""
    return User.objects.filter(email__iexact=email.strip()).first()
