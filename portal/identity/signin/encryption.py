"""What must be read again but not lie open in the database or a backup: encrypted by a key made from SECRET_KEY."""

import base64
import hashlib
from contextlib import suppress

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def encrypt(text: str) -> str:
    return _keys().encrypt(text.encode()).decode()


def decrypt(token: str) -> str | None:
    """None when no key of SECRET_KEY and SECRET_KEY_FALLBACKS opens it."""
    try:
        return _keys().decrypt(token.encode()).decode()
    except InvalidToken:
        return None


def renew(token: str) -> str:
    """The same text under the newest key; a token that is under it stays as it is. Raises ValueError when no key opens
    it.
    """
    with suppress(InvalidToken):
        Fernet(_key(settings.SECRET_KEY)).decrypt(token.encode())
        return token
    try:
        return _keys().rotate(token.encode()).decode()
    except InvalidToken:
        raise ValueError("no key opens it") from None


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> bytes:
    """32 bytes of its own, so that knowing this key is not knowing SECRET_KEY."""
    return base64.urlsafe_b64encode(hashlib.blake2b(secret.encode(), digest_size=32, person=b"vb-second-fact").digest())
