"""What signing in leaves behind: second factors, recovery codes, counted attempts, events, identities elsewhere."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.identity.models.users import User


class SecondFactor(models.Model):
    """A person's authenticator app. `secret` is encrypted (signin.secrets); `last_step` is the newest 30 seconds, since
    1970, whose code was used, so that no code is taken twice."""

    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor")
    secret = models.TextField()
    last_step = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("second factor of a log-in")
        verbose_name_plural = _("second factors of log-ins")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.user_id}"


class RecoveryCode(models.Model):
    """One of the codes that stand in for the app, once. Only its hash is stored."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once"),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(used_at__gte=F("made_at")), name="recovery_code_used_after_it_was_made"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.made_at:%Y-%m-%d}"


class Attempts(models.Model):
    """How often something was tried lately. `key` is a keyed hash of whose account or from where: no e-mail address and
    no network address stands here."""

    class Kind(models.TextChoices):
        ACCOUNT = "account", _("password of an account")
        CODE = "code", _("code of an account")
        ORIGIN = "origin", _("attempts from one network address")
        LINK = "link", _("password links for an account")
        LINK_ORIGIN = "link_origin", _("password links from one network address")

    kind = models.CharField(max_length=12, choices=Kind)
    key = models.CharField(max_length=64)
    count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    closures = models.PositiveSmallIntegerField(default=0)
    closed_until = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="attempts_once")]
        indexes = [models.Index(fields=["changed_at"], name="attempts_changed_at")]

    def __str__(self) -> str:
        return f"{self.kind} {self.count}"


class SignInEvent(models.Model):
    """Something that happened to a person's way in. Never changed; deleted when it is old.

    `user` is whose account it is about (None: no such account), `actor` who did it where that is another person.
    `origin` is a keyed hash of the network address; `device` the browser and system in words.
    """

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", _("Logged in")
        REFUSED = "refused", _("Wrong password")
        CODE_REFUSED = "code_refused", _("Wrong code")
        CLOSED = "closed", _("Closed for a while after several wrong attempts")
        RECOVERY_CODE_USED = "recovery_used", _("Logged in with a recovery code")
        SECOND_FACTOR_MADE = "factor_made", _("Authenticator app set up")
        SECOND_FACTOR_REPLACED = "factor_replaced", _("Authenticator app replaced")
        SECOND_FACTOR_RESET = "factor_reset", _("Authenticator app removed by an administrator")
        RECOVERY_CODES_MADE = "recovery_made", _("New recovery codes made")
        LINK_ASKED = "link_asked", _("Link for a new password asked for")
        PASSWORD_SET = "password_set", _("Password chosen by a link")
        PASSWORD_CHANGED = "password_changed", _("Password changed")
        OTHERS_ENDED = "others_ended", _("Logged off everywhere else")
        SIGNED_OFF = "signed_off", _("Logged off")

    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="sign_in_events")
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    at = models.DateTimeField()
    device = models.CharField(max_length=80, blank=True, default="")
    origin = models.CharField(max_length=64, blank=True, default="")
    request = models.CharField(max_length=64, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("log-in event")
        verbose_name_plural = _("log-in events")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["user", "-at", "-id"], name="sign_in_event_of_user"),
            models.Index(fields=["at"], name="sign_in_event_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="factor_reset") | ~Q(reason=""),
                name="sign_in_event_reset_has_a_reason",
                violation_error_message=_("Write why it is reset."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


class ExternalIdentity(models.Model):
    """A person as another log-in provider knows them: the door for log-in by one (docs/architecture.md)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="external_identities")
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    cvr = models.CharField(_("CVR number"), max_length=8, blank=True, default="")
    assurance_level = models.CharField(max_length=20, blank=True, default="")
    last_seen = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("log-in elsewhere")
        verbose_name_plural = _("log-ins elsewhere")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"],
                name="external_identity_once",
                violation_error_message=_("This log-in already belongs to a user."),
            ),
            models.CheckConstraint(
                condition=~Q(issuer="") & ~Q(subject=""),
                name="external_identity_is_complete",
                violation_error_message=_("Write who issued the log-in and whose it is."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.user_id}"
