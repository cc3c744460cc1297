"""The frames of the pages about money: one that makes something, and one that changes something."""

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise

from portal.audit.submissions import OtherContent, once
from portal.drafts.pages import ChangePage, DraftPage
from portal.identity.rights import Refused
from portal.ui.forms import sent_before
from portal.ui.tables import Column, Table
from programmes import cells
from programmes.models import FundingSource
from programmes.views.money_forms import TokenForm, add_errors

Written = Callable[[int], None]
FORM = "programmes/money_form.html"
PLAIN: dict[str, Any] = {"lead": "", "before": None, "after": None, "more_buttons": ()}
"""What a form page may have besides: a line under its heading, a table before and after the form, more buttons."""


class NewPage(DraftPage):
    """A form that makes something, once however often it is sent."""

    kind: ClassVar[str]
    """What the submission's receipt is called."""
    done: ClassVar[str | Promise]
    names: ClassVar[dict[str, str]] = {}
    """The rule's field → the form's, where they differ."""

    def form(self, data: Any = None) -> TokenForm:
        raise NotImplementedError

    def make(self, said: dict[str, Any], written: Written) -> int:
        """Do it; returns the id of what was made. Raises Refused, ValidationError."""
        raise NotImplementedError

    def go_on(self, pk: int) -> str:
        """The address of what was made."""
        raise NotImplementedError

    def allow(self) -> None:
        """Raise Refused or Http404 before anything is shown."""

    def context(self, form: TokenForm) -> dict[str, Any]:
        """title, button, back (address), trail (of `trail`), and what of PLAIN the page has."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.allow()
        return self.page(self.form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.allow()
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, 400)
        said = form.cleaned_data
        token = said.pop("token") or uuid.uuid4().hex
        try:
            pk, _new = once(self.actor.user, self.kind, token, form.content(), lambda written: self.make(said, written))
        except OtherContent:
            sent_before(form)
            return self.page(form, 409)
        except ValidationError as problem:
            add_errors(form, problem, self.names)
            return self.page(form, 400)
        messages.success(request, str(self.done))
        return redirect(self.go_on(pk))

    def page(self, form: TokenForm, status: int = 200) -> HttpResponse:
        return render(self.request, FORM, {**PLAIN, "form": form, **self.context(form)}, status=status)


class AlterPage(ChangePage):
    """A form that changes something that exists."""

    done: ClassVar[str | Promise]
    names: ClassVar[dict[str, str]] = {}

    def bound(self, data: Any) -> BaseForm:
        raise NotImplementedError

    def act(self, said: dict[str, Any]) -> None:
        raise NotImplementedError

    def back(self) -> str:
        raise NotImplementedError

    def allow(self) -> None:
        """Raise Refused or Http404 before anything is shown."""

    def context(self, form: BaseForm) -> dict[str, Any]:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.allow()
        return self.page(self.fresh())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.allow()
        form = self.bound(request.POST)
        if not form.is_valid():
            return self.page(form, 400)
        try:
            self.act(form.cleaned_data)
        except ValidationError as problem:
            add_errors(form, problem, self.names)
            return self.page(form, 400)
        messages.success(request, str(self.done))
        return redirect(self.back())

    def page(self, form: BaseForm, status: int = 200) -> HttpResponse:
        context = {**PLAIN, "form": form, "back": self.back(), **self.context(form)}
        return render(self.request, FORM, context, status=status)


def require_keeper(page: Any, source: FundingSource) -> None:
    """Raise Refused unless the person may do the page's action with the source's money."""
    verdict = cells.may_keep(page.actor, source, page.action)
    if not verdict:
        raise Refused(verdict.reason)


def two_columns(caption: str, lines: list[tuple[str, Any]], field: str, content: str) -> Table:
    """What is registered of a thing: those lines that say something."""
    return Table(
        caption=caption,
        columns=[Column("label", field), Column("value", content)],
        rows=[{"label": label, "value": value} for label, value in lines if value not in (None, "")],
        caption_hidden=True,
    )


def trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """Title and address of each step of the breadcrumb; the last has no address."""
    return [{"title": title, "url": url} for title, url in steps]
