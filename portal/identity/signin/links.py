"""A link by which somebody without a password chooses one: for the forgetful, and for those who are invited.

The link is signed and nothing of it is stored. It is good once: it covers the password, the session mark and the last
log-in of the moment it was made, so whatever happens to them ends it.
"""

import logging
import threading
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36
from django.utils.translation import gettext as _

from portal.identity.models import SignInEvent, User
from portal.identity.signin import attempts, events, passwords
from portal.identity.signin.devices import account_of
from portal.identity.signin.origin import origin_key

log = logging.getLogger(__name__)

FORGOTTEN = timedelta(hours=1)
INVITED = timedelta(days=7)


class Gone(Exception):
    """The link is used, too old, or not one of ours."""


def password_link(user: User, valid: timedelta = FORGOTTEN) -> str:
    """The path of a page where `user` chooses a password, once and within `valid`. Give it to nobody else."""
    until = int_to_base36(int((timezone.now() + valid).timestamp()))
    return reverse("set_password", kwargs={"user": int_to_base36(user.pk), "token": f"{until}-{_mark(user, until)}"})


def owner_of(user: str, token: str) -> User:
    """The person of a link's two parts. Raises Gone."""
    try:
        found = User.objects.filter(pk=base36_to_int(user), is_active=True).first()
        until, _separator, mark = token.partition("-")
        seconds = base36_to_int(until)
    except (ValueError, OverflowError):
        raise Gone from None
    if found is None or seconds < timezone.now().timestamp():
        raise Gone
    if not any(constant_time_compare(mark, wanted) for wanted in _marks(found, until)):
        raise Gone
    return found


def set_by_link(user: str, token: str, password: str, request: HttpRequest | None) -> User:
    """Set the (checked) password by a link, which is used with it; sessions end. Raises Gone, also for the second of
    two at once."""
    with transaction.atomic():
        owner = owner_of(user, token)
        User.objects.select_for_update(no_key=True).get(pk=owner.pk)
        owner = owner_of(user, token)  # as it is now that nobody else can use it
        owner = passwords.set_password(owner, password, SignInEvent.Kind.PASSWORD_SET, request)
    attempts.forget(attempts.Kind.ACCOUNT, account_of(owner.email))
    return owner


def send_link(request: HttpRequest, email: str) -> None:
    """Send a link to the person of the address, if there is one. Nothing tells whether: not the answer, not its time.

    Raises attempts.TooMany.
    """
    attempts.take(attempts.Kind.LINK_ORIGIN, origin_key(request))
    attempts.take(attempts.Kind.LINK, account_of(email))
    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    events.record(SignInEvent.Kind.LINK_ASKED, user, request)
    if user is None:
        return
    send_later(message_for(user, request.build_absolute_uri(password_link(user))))


def message_for(user: User, link: str) -> EmailMessage:
    """The letter with the link, in the person's language."""
    with translation.override(user.language):
        lines = [
            _("Dear %(name)s") % {"name": user.name},
            _("Somebody, probably you, has asked for a new password for Vækstbro. Choose it here:"),
            link,
            _(
                "The link can be used once, within %(minutes)s minutes. If it was not you, do nothing: your password "
                "is as it was."
            )
            % {"minutes": int(FORGOTTEN.total_seconds() // 60)},
        ]
        text = "\n\n".join(str(line) for line in lines) + "\n"
        return EmailMessage(_("Choose a new password for Vækstbro"), text, settings.DEFAULT_FROM_EMAIL, [user.email])


def send_later(message: EmailMessage) -> None:
    """By a thread of its own: how long the mail server takes would tell who has an account."""
    threading.Thread(target=_send, args=(message,), name="portal.identity.mail").start()


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except OSError as error:  # smtplib's errors are among them
        log.error("A letter with a password link could not be sent: %s.", type(error).__name__)


def _mark(user: User, until: str, secret: str | None = None) -> str:
    last = user.last_login.isoformat() if user.last_login else ""
    value = "\n".join((str(user.pk), user.email, user.password, str(user.session_mark), last, until))
    return salted_hmac("portal.identity.signin.links", value, secret=secret, algorithm="sha256").hexdigest()[:40]


def _marks(user: User, until: str) -> list[str]:
    return [_mark(user, until, secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
