"""What the forms about the budget have in common."""

from collections.abc import Iterable
from typing import Any

from portal.drafts import form_pages
from portal.drafts.form_pages import Steps
from portal.ui import forms

__all__ = ["AlterMoney", "MakeMoney", "OnceForm", "Steps"]


class OnceForm(forms.OnceForm):
    """A form whose choices are offered to it, and that knows which field a rule's name belongs to."""

    def offer(self, name: str, choices: Iterable[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def said(self) -> dict[str, Any]:
        """What was typed, without what the frame has put there."""
        return {name: value for name, value in self.cleaned_data.items() if name != "token"}

    def field_of(self, name: str) -> str | None:
        """The field at which the rules' error of that name stands; None is the top of the form."""
        return name if name in self.fields else None


class MakeMoney(form_pages.MakePage):
    template = "programmes/form.html"


class AlterMoney(form_pages.AlterPage):
    template = "programmes/form.html"
