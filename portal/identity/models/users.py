"""The persons who sign in."""

import unicodedata
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


def normalised(password: str) -> str:
    """The password as it is hashed and checked: å written as one character or as two is the same (NFKC)."""
    return unicodedata.normalize("NFKC", password)


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=(username or "").strip())

    def create_user(self, email: str, name: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=2, choices=[("da", _("Danish")), ("en", _("English"))])
    is_active = models.BooleanField(_("active"), default=True)
    # A default of the database, so that a portal of the version before can still make users while this one starts.
    session_mark = models.PositiveIntegerField(default=0, db_default=0)
    """Every session carries it in its hash: counted up, it ends them all."""

    key = models.UUIDField(db_default=RandomUUID(), editable=False)
    """By which the file of erasures names the person."""

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("user")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("There is already a user with this e-mail address."),
            )
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if not args:
            kwargs.setdefault("language", "da")
        super().__init__(*args, **kwargs)

    def __str__(self) -> str:
        return self.name

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(None if raw_password is None else normalised(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        return super().check_password(None if raw_password is None else normalised(raw_password))

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's, with the mark: a session ends when the password or the mark is no longer what it was."""
        value = f"{self.password}:{self.session_mark}"
        return salted_hmac("portal.identity.session", value, secret=secret, algorithm="sha256").hexdigest()
