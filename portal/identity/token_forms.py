"""The form of a new API key."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.scopes import Scope
from portal.ui.forms import PortalForm

LIVES = (30, 90, 180, 365)
USUAL = 90


def useful_scopes(actor: Actor) -> list[Scope]:
    """The scopes by which the actor's role may do anything at all."""
    usable = {action.scope for action in rights.actions().values() if actor.role in action.roles}
    return [scope for scope in Scope if scope in usable]


class TokenForm(PortalForm):
    """A name, what the key may be used to (reading figures unless more is chosen), and for how long."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("What uses the key, such as: the nightly copy to our case system."),
        error_messages={"required": _("Give the key a name that says what it is for.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("The key may be used to"),
        initial=[Scope.READ.value],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose no more than it needs. It never sees or does more than you may yourself."),
        error_messages={"required": _("Choose at least one thing that the key may be used to.")},
    )
    days = forms.TypedChoiceField(
        label=_("It expires after"),
        coerce=int,
        initial=USUAL,
        widget=forms.RadioSelect,
        help_text=_("You get an e-mail 14 days before."),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(scope.value, scope.label) for scope in useful_scopes(actor)]  # type: ignore[attr-defined]
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (days, gettext("%(days)s days") % {"days": days}) for days in LIVES
        ]

    @property
    def life(self) -> timedelta:
        return timedelta(days=self.cleaned_data["days"])
