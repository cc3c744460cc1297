"""The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for when it is not at hand."""

import hashlib
import logging
import secrets
from datetime import UTC, datetime

import pyotp
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.demo_password import DEMO_SECRET
from portal.identity.models import RecoveryCode, SecondFactor, User
from portal.identity.roles import SECOND_FACTOR_ROLES
from portal.identity.signin import encryption, events

log = logging.getLogger(__name__)

ISSUER = "Vækstbro"
STEP = 30
DRIFT = 1
"""Steps that a phone's clock may be wrong by, either way."""
CODES = 10
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without I, O, 0 and 1, which are mistaken for each other on paper."""
RESET = "identity.reset_second_factor"


class WrongCode(ValidationError):
    """The code is not the one of now."""

    def __init__(self) -> None:
        super().__init__(
            _("The code is not right. Wait for the next one in the app, and check that the phone's clock is right."),
            code="wrong_code",
        )


def required_of(actor: Actor) -> bool:
    """Must a person in this role have a second factor? Who can open records of people, or much of anything, must.

    In the demo area the password alone is enough for those who have none.
    """
    if settings.DEMO_AREA or actor.role is None:
        return False
    return actor.role in required_roles()


def required_roles() -> frozenset[str]:
    """Those named beside the roles, and every role with an action that opens records of people."""
    opening = [action.roles for action in rights.actions().values() if action.about_people]
    return frozenset(SECOND_FACTOR_ROLES).union(*opening)


def has(user: User) -> bool:
    return SecondFactor.objects.filter(user=user).exists()


def new_secret() -> str:
    """160 random bits, as the letters a person can type into the app."""
    return pyotp.random_base32()


def address_of(user: User, secret: str) -> str:
    """What the QR code holds: otpauth://totp/…"""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=user.email, issuer_name=ISSUER)


def step_of(secret: str, code: str, after: int = 0) -> int | None:
    """The step of 30 seconds, later than `after` and not far from now, that the code belongs to; None if none."""
    digits = "".join(code.split())
    now = int(timezone.now().timestamp()) // STEP
    for step in range(now - DRIFT, now + DRIFT + 1):
        if step > after and constant_time_compare(code_at(secret, step), digits):
            return step
    return None


def code_at(secret: str, step: int) -> str:
    return pyotp.TOTP(secret, interval=STEP).at(datetime.fromtimestamp(step * STEP, UTC))


def make(user: User, secret: str, code: str, request: HttpRequest | None) -> list[str]:
    """Take the app into use, in place of the one before, when `code` shows that it is there.

    Returns the recovery codes, which are not shown again. Every session of the person ends, unless its hash is renewed
    after this. Raises WrongCode.
    """
    step = step_of(secret, code)
    if step is None:
        raise WrongCode
    with transaction.atomic():
        owner = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        stored = {"secret": encryption.encrypt(secret), "last_step": step, "made_at": timezone.now()}
        replaced = SecondFactor.objects.filter(user=owner).update(**stored)
        if not replaced:
            SecondFactor.objects.create(user=owner, **stored)
        codes = _new_codes(owner)
        _end_sessions(owner)
        kind = events.Kind.SECOND_FACTOR_REPLACED if replaced else events.Kind.SECOND_FACTOR_MADE
        events.record(kind, owner, request)
    user.session_mark = owner.session_mark
    return codes


def accept(user: User, code: str) -> bool:
    """Is it the code of now, and not used before? Then it is used. Of two at once one is accepted."""
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update(no_key=True).filter(user=user).first()
        secret = None if factor is None else encryption.decrypt(factor.secret)
        if factor is None or secret is None:
            if factor is not None:
                log.error("The second factor of user %s cannot be read: SECRET_KEY has changed. Reset it.", user.pk)
            return False
        if secret == DEMO_SECRET and not settings.DEMO_AREA:
            return False  # public, as the demo password is
        step = step_of(secret, code, after=factor.last_step)
        if step is None:
            return False
        factor.last_step, factor.secret = step, encryption.renew(factor.secret)
        factor.save(update_fields=["last_step", "secret"])
    return True


def accept_recovery(user: User, code: str, request: HttpRequest | None) -> int | None:
    """Use up a recovery code. Returns how many are left; None when it is none of the person's, or used before."""
    with transaction.atomic():
        found = (
            RecoveryCode.objects.select_for_update(no_key=True)
            .filter(user=user, digest=_digest(code), used_at=None)
            .first()
        )
        if found is None:
            return None
        found.used_at = timezone.now()
        found.save(update_fields=["used_at"])
        events.record(events.Kind.RECOVERY_CODE_USED, user, request)
        return codes_left(user)


def codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def new_recovery_codes(user: User, request: HttpRequest | None) -> list[str]:
    """Ten new ones; those from before are no longer good. They are not shown again."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        codes = _new_codes(user)
        events.record(events.Kind.RECOVERY_CODES_MADE, user, request)
    return codes


def renew_secrets() -> int:
    """While SECRET_KEY_FALLBACKS is set: encrypt the secrets that can be read with the newest key; returns how many."""
    renewed = 0
    if not settings.SECRET_KEY_FALLBACKS:
        return renewed
    for pk in list(SecondFactor.objects.values_list("pk", flat=True)):
        with transaction.atomic():
            factor = SecondFactor.objects.select_for_update(no_key=True).filter(pk=pk).first()
            if factor is not None and encryption.decrypt(factor.secret) is not None:
                factor.secret = encryption.renew(factor.secret)
                factor.save(update_fields=["secret"])
                renewed += 1
    return renewed


def reset_second_factor(actor: Actor | None, user: User, reason: str, request: HttpRequest | None = None) -> None:
    """Remove another person's app and recovery codes; their sessions end, and the next log-in asks for a new app.

    `actor` is None only from the command line. Which persons an administrator administers is for the caller to scope.
    Raises rights.Refused, and ValidationError without a reason or for oneself.
    """
    if actor is not None:
        rights.require(actor, RESET)
        if actor.user.pk == user.pk:
            raise ValidationError(_("Ask another administrator to reset yours. You can replace the app yourself."))
    if not reason.strip():
        why = _("Write why it is reset, and how you know that it is the person who asks.")
        raise ValidationError({"reason": why})
    with transaction.atomic():
        owner = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        SecondFactor.objects.filter(user=owner).delete()
        RecoveryCode.objects.filter(user=owner).delete()
        _end_sessions(owner)
        by = actor.user if actor else None
        events.record(events.Kind.SECOND_FACTOR_RESET, owner, request, actor=by, reason=reason.strip()[:500])


def demo_code(user: User) -> str:
    """A code that will be accepted now, for the demo area's users whose secret is public; empty for everybody else."""
    if not settings.DEMO_AREA:
        return ""
    factor = SecondFactor.objects.filter(user=user).first()
    if factor is None or encryption.decrypt(factor.secret) != DEMO_SECRET:
        return ""
    return code_at(DEMO_SECRET, max(int(timezone.now().timestamp()) // STEP, factor.last_step + 1))


def _end_sessions(owner: User) -> None:
    owner.session_mark += 1
    owner.save(update_fields=["session_mark"])


def _new_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    now = timezone.now()
    codes = ["-".join("".join(secrets.choice(LETTERS) for _place in range(4)) for _group in range(4))
             for _number in range(CODES)]  # fmt: skip
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, digest=_digest(code), made_at=now) for code in codes])
    return codes


def _digest(code: str) -> str:
    """A plain hash is enough: 80 random bits cannot be guessed. However it is typed: small letters, without hyphens."""
    letters = "".join(char for char in code.upper() if char in LETTERS)
    return hashlib.sha256(letters.encode()).hexdigest()
