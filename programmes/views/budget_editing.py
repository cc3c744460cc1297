"""What the forms about money have in common: made once, told at the field, nothing typed lost."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.audit import submissions
from portal.drafts.pages import ChangePage, DraftPage
from portal.ui.forms import PortalForm, sent_before

Steps = list[tuple[str | Promise, str]]
"""Title and address of what a page lies under."""


class OnceForm(PortalForm):
    """A form that makes something once, however often it is sent."""

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)

    def offer(self, name: str, choices: Iterable[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def content(self) -> dict[str, Any]:
        """What makes a second sending the same as the first."""
        return {name: value for name, value in self.cleaned_data.items() if name != "token"}

    def field_of(self, name: str) -> str | None:
        """The field at which the rules' error of that name stands; None is the top of the form."""
        return name if name in self.fields else None

    def say(self, refused: ValidationError) -> None:
        """What the rules refused stands at its field, or at the top where the form has none."""
        texts: Mapping[str, Any] = refused.message_dict if hasattr(refused, "error_dict") else {"": refused.messages}
        for name, lines in texts.items():
            field = self.field_of(name)
            for line in lines:
                self.add_error(field if field is None or field in self.fields else None, line)


class MoneyForm(DraftPage):
    """A page with one form. `title`, `button`, `template`, `steps()` and `more()` are what its frame says."""

    title: ClassVar[str | Promise]
    lead: ClassVar[str | Promise] = ""
    button: ClassVar[str | Promise] = _("Save")
    template: ClassVar[str] = "programmes/budget/form.html"

    def steps(self) -> Steps:
        raise NotImplementedError

    def back(self) -> str:
        return self.steps()[-1][1]

    def more(self, form: Any) -> dict[str, Any]:
        """What the template needs besides."""
        return {}

    def show(self, form: Any, status: int = 200) -> HttpResponse:
        steps = [{"title": title, "url": url} for title, url in self.steps()]
        context = {
            "form": form,
            "title": self.title,
            "lead": self.lead,
            "button": self.button,
            "steps": [*steps, {"title": self.title, "url": ""}],
            "back": self.back(),
            **self.more(form),
        }
        return render(self.request, self.template, context, status=status)


class MakeMoney(MoneyForm):
    """Makes something: `form(data)` reads it, `make(form, written)` makes it, `address(pk)` is where it then stands."""

    kind: ClassVar[str]
    """The name under which a second sending is known."""
    done: ClassVar[str | Promise]

    def form(self, data: Any = None) -> Any:
        raise NotImplementedError

    def make(self, form: Any, written: Callable[[int], None]) -> int:
        raise NotImplementedError

    def address(self, pk: int) -> str:
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return self.show(self.form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form, 400)
        token = form.cleaned_data["token"] or uuid.uuid4().hex
        try:
            pk, _made = submissions.once(
                self.actor.user, self.kind, token, form.content(), lambda written: self.make(form, written)
            )
        except submissions.OtherContent:
            sent_before(form)
            return self.show(form, 409)
        except ValidationError as refused:
            form.say(refused)
            return self.show(form, 400)
        messages.success(request, str(self.done))
        return redirect(self.address(pk))


class AlterMoney(ChangePage, MoneyForm):
    """Changes something that exists: `fresh()` is its form as it stands, `form(data)` reads, `save(form)` writes."""

    done: ClassVar[str | Promise] = _("It is saved.")

    def form(self, data: Any) -> Any:
        raise NotImplementedError

    def save(self, form: Any) -> None:
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return self.show(self.fresh())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                self.save(form)
            except ValidationError as refused:
                form.say(refused)
            else:
                messages.success(request, str(self.done))
                return redirect(self.back())
        return self.show(form, 400)


def fresh_token() -> dict[str, str]:
    """The first values of a form that makes something."""
    return {"token": uuid.uuid4().hex}
