"""The forms of signing in, and of a person's own way in."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.identity.models import User
from portal.identity.signin import entering, passwords
from portal.ui.forms import PortalForm


class SignInForm(AuthenticationForm):
    """Raises attempts.TooMany from is_valid() while the account or the network address is closed."""

    error_messages = {
        "invalid_login": _("The e-mail address and the password do not belong together. Check both."),
        "inactive": _("This user is closed. Ask your organisation's administrator."),
    }
    request: HttpRequest

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"] = forms.EmailField(
            label=_("E-mail address"),
            error_messages={
                "required": _("Enter your e-mail address"),
                "invalid": _("Enter an e-mail address like navn@kommune.dk"),
            },
            widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        )
        self.fields["password"].label = _("Password")
        self.fields["password"].error_messages["required"] = _("Enter your password")

    def clean(self) -> dict[str, Any]:
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if email and password:
            self.user_cache = entering.by_password(self.request, email, password)
            if self.user_cache is None:
                raise self.get_invalid_login_error()
        return self.cleaned_data


def _password(label: Any, required: Any, autocomplete: str, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        help_text=hint,
        error_messages={"required": required},
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class CodeForm(PortalForm):
    """The code of the app."""

    code = forms.CharField(
        label=_("Code from the app"),
        help_text=_("6 digits"),
        max_length=20,
        error_messages={"required": _("Enter the 6 digits that the app shows")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "input-width-s"}
        ),
    )


class RecoveryForm(PortalForm):
    code = forms.CharField(
        label=_("Recovery code"),
        help_text=_("16 letters and digits, for example ABCD-EFGH-JKLM-NPQR"),
        max_length=40,
        error_messages={"required": _("Enter one of the codes that you kept when you set up the app")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class ForgottenForm(PortalForm):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={
            "required": _("Enter your e-mail address"),
            "invalid": _("Enter an e-mail address like navn@kommune.dk"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )


class NewPasswordForm(PortalForm):
    """A new password, typed once: the page can show it instead of asking twice."""

    new_password = _password(
        _("New password"),
        _("Enter a new password"),
        "new-password",
        _("At least 12 characters. Three or four words that have nothing to do with each other are good."),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_new_password(self) -> str:
        password = str(self.cleaned_data["new_password"])
        passwords.check(password, self.user)
        return password


class _ConfirmedForm(PortalForm):
    """Asks for the current password. Raises attempts.TooMany from is_valid()."""

    password = _password(_("Current password"), _("Enter the password that you have now"), "current-password")

    def __init__(self, request: HttpRequest, user: User, *args: Any, **kwargs: Any) -> None:
        self.request, self.user = request, user
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        # Last, and only when the rest is right: what is refused for something else costs no attempt.
        password = self.cleaned_data.get("password")
        if password and not self.errors and not entering.confirm_password(self.request, self.user, password):
            self.add_error("password", ValidationError(_("This is not your password. Check it."), code="wrong"))
        return self.cleaned_data


class ChangePasswordForm(_ConfirmedForm):
    new_password = NewPasswordForm.declared_fields["new_password"]

    def clean_new_password(self) -> str:
        password = str(self.cleaned_data["new_password"])
        passwords.check(password, self.user)
        if password == self.cleaned_data.get("password"):
            raise ValidationError(_("This is the password you have now. Choose another one."), code="same")
        return password


class ConfirmForm(_ConfirmedForm):
    """Only the current password."""


class AppForm(_ConfirmedForm):
    """The first code of a new app; the password too where the log-in was not a moment ago, or an app is replaced."""

    code = CodeForm.declared_fields["code"]

    def __init__(self, request: HttpRequest, user: User, *args: Any, ask_password: bool, **kwargs: Any) -> None:
        super().__init__(request, user, *args, **kwargs)
        if not ask_password:
            del self.fields["password"]
