"""Why something that holds was changed, as a code besides the words: so that the changes can be counted and found.

Each kind of thing has its own list, in the order in which a form shows it. "" is "not stated": what was written before
the codes were there, and what is said for the first time and changes nothing.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity.actor import Actor


class Reason(models.TextChoices):
    ERROR = "error", gettext_lazy("an error is corrected")
    DECISION = "decision", gettext_lazy("decided by KKR, a board or a council")
    AGREEMENT = "agreement", gettext_lazy("the parties have agreed to it")
    SOURCE = "source", gettext_lazy("the source has been revised")
    PROGRAMME = "programme", gettext_lazy("the programme has been changed")
    MEASURING = "measuring", gettext_lazy("it is measured in another way")
    KNOWN = "known", gettext_lazy("it is known now")
    REPLACED = "replaced", gettext_lazy("something else has taken its place")
    OTHER = "other", gettext_lazy("another reason")


Codes = Sequence[Reason]
TARGET: Codes = (
    Reason.DECISION, Reason.AGREEMENT, Reason.ERROR, Reason.SOURCE, Reason.PROGRAMME, Reason.REPLACED, Reason.OTHER,
)  # fmt: skip
INDICATOR: Codes = (
    Reason.MEASURING, Reason.ERROR, Reason.SOURCE, Reason.DECISION, Reason.REPLACED, Reason.OTHER,
)  # fmt: skip
GOAL: Codes = (
    Reason.AGREEMENT, Reason.DECISION, Reason.ERROR, Reason.SOURCE, Reason.MEASURING, Reason.PROGRAMME, Reason.OTHER,
)  # fmt: skip
KEY: Codes = (Reason.DECISION, Reason.AGREEMENT, Reason.SOURCE, Reason.ERROR, Reason.OTHER)
OBSERVATION: Codes = (Reason.ERROR, Reason.SOURCE, Reason.OTHER)
STATEMENT: Codes = (Reason.DECISION, Reason.AGREEMENT, Reason.ERROR, Reason.SOURCE, Reason.OTHER)
LIBRARY: Codes = (Reason.REPLACED, Reason.DECISION, Reason.ERROR, Reason.OTHER)
ABSENCE: Codes = (Reason.KNOWN, Reason.ERROR, Reason.SOURCE, Reason.OTHER)


def stated(actor: Actor | None, code: str, codes: Codes, *, text: str) -> str:
    """The code of a change, whose words are `text`. Raises ValidationError at `reason_code`.

    `actor` None is a loader: what a file says anew is the source's revision, unless the file says otherwise.
    """
    if actor is None:
        code = code or Reason.SOURCE
        codes = list(Reason)
    if code not in codes:
        raise ValidationError({"reason_code": _("Choose what kind of reason it is.")})
    if code == Reason.OTHER and not text.strip():
        raise ValidationError({"reason_code": _("Say in words what the reason is.")})
    return code


def told(code: str, text: str = "") -> str:
    """Code and words as one text: "An error is corrected: 12 was 21"."""
    label = str(Reason(code).label) if code else ""
    label = label[:1].upper() + label[1:]
    return f"{label}: {text}" if label and text else label or text


def column() -> Any:
    """The column of a code; "" where none is stated."""
    return models.CharField(
        gettext_lazy("kind of reason"), max_length=12, choices=Reason, blank=True, default="", db_default=""
    )


def stated_with(text: str, name: str) -> models.CheckConstraint:
    """Words come with a code, and "another reason" with words."""
    with_code = models.Q(**{text: ""}) | ~models.Q(reason_code="")
    with_words = ~models.Q(reason_code=Reason.OTHER) | ~models.Q(**{text: ""})
    return models.CheckConstraint(
        condition=with_code & with_words,
        name=name,
        violation_error_message=gettext_lazy("Choose what kind of reason it is, and say why in words."),
    )


def field(codes: Codes, **given: Any) -> forms.ChoiceField:
    """The choice in a form. Nothing is chosen beforehand."""
    return forms.ChoiceField(
        **{
            "label": gettext_lazy("What kind of reason is it?"),
            "choices": [(code.value, _Sentence(code.label)) for code in codes],
            "widget": forms.RadioSelect,
            "error_messages": {"required": gettext_lazy("Choose what kind of reason it is.")},
            **given,
        }
    )


class _Sentence:
    """A lazy label with a capital letter."""

    def __init__(self, text: Any) -> None:
        self.text = text

    def __str__(self) -> str:
        text = str(self.text)
        return text[:1].upper() + text[1:]
