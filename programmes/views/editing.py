"""What the pages that make and change plans, areas and initiatives have in common."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal import ledger
from portal.audit import submissions
from portal.drafts.pages import ChangePage, DraftPage
from portal.ui.forms import sent_before
from programmes import rights
from programmes.plan_forms import OnceForm
from programmes.plans import mark

Steps = list[tuple[str, str]]
"""Title and address of what the page lies under."""


class FormPage(DraftPage):
    """A page with one form. `title`, `button`, `steps()` and `back()` are what its frame says."""

    action = rights.EDIT_PLANS
    title: ClassVar[str | Promise]
    lead: ClassVar[str | Promise] = ""
    button: ClassVar[str | Promise] = _("Save")

    def may(self) -> None:
        """Raise Refused unless the person may."""

    def steps(self) -> Steps:
        raise NotImplementedError

    def back(self) -> str:
        return self.steps()[-1][1]

    def show(self, form: Any) -> HttpResponse:
        steps = [{"title": title, "url": url} for title, url in self.steps()]
        context = {
            "form": form,
            "title": self.title,
            "lead": self.lead,
            "button": self.button,
            "steps": [*steps, {"title": self.title, "url": ""}],
            "back": self.back(),
        }
        return render(self.request, "programmes/form.html", context)

    @staticmethod
    def refuse(form: Any, refused: ValidationError) -> None:
        """What the rules refused stands at its field, or at the top where the form has none."""
        messages_by_field = refused.message_dict if hasattr(refused, "error_dict") else {"": list(refused.messages)}
        for name, texts in messages_by_field.items():
            form.add_error(name if name in form.fields else None, texts)


class MakePage(FormPage):
    """Makes something: `form(data)` reads it, `make(form)` makes it, `address(pk)` is where it then stands."""

    kind: ClassVar[str]
    """The name under which a second sending is known."""
    done: ClassVar[str | Promise]

    def form(self, data: Any = None) -> OnceForm:
        raise NotImplementedError

    def make(self, form: Any) -> Any:
        raise NotImplementedError

    def address(self, pk: int) -> str:
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        self.may()
        return self.show(self.form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        self.may()
        form = self.form(request.POST)
        if form.is_valid():
            token = form.cleaned_data["token"] or "-"

            def act(written: Callable[[int], None]) -> int:
                with ledger.entry():
                    pk: int = self.make(form).pk
                    written(pk)
                return pk

            try:
                pk, _made = submissions.once(self.actor.user, self.kind, token, form.content(), act)
            except submissions.OtherContent:
                sent_before(form)
            except ValidationError as refused:
                self.refuse(form, refused)
            else:
                messages.success(request, str(self.done))
                return redirect(self.address(pk))
        return self.show(form)


class AlterPage(ChangePage, FormPage):
    """Changes something: `present` is it, `fresh()` its form as it stands, `form(data)` reads, `save(form)` writes."""

    done: ClassVar[str | Promise] = _("It is saved.")

    @property
    def present(self) -> Any:
        raise NotImplementedError

    def form(self, data: Any) -> Any:
        raise NotImplementedError

    def save(self, form: Any) -> None:
        raise NotImplementedError

    def mark(self) -> str:
        return mark(self.present)

    def thing_name(self) -> str:
        return str(self.present)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        self.may()
        return self.show(self.fresh())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        self.may()
        form = self.form(request.POST)
        if form.is_valid():
            try:
                self.save(form)
            except ValidationError as refused:
                self.refuse(form, refused)
            else:
                messages.success(request, str(self.done))
                return redirect(self.back())
        return self.show(form)
