"""The frame of a page with one form: one that makes something, once; and one that changes something that exists.

    class MakePlan(MakePage):
        title, button, done = …            # words of the page, and what is said when it is made
        kind = "plan"                      # the name under which a second sending is known
        template = "programmes/form.html"

        def steps(self): …                 # title and address of what the page lies under
        def form(self, data=None): …       # an OnceForm
        def make(self, form, written): …   # does it, calls written(pk) inside its transaction, returns pk
        def address(self, pk): …           # where it then stands

What a rule refuses with a ValidationError stands at its field, status 400, and nothing typed is lost.
"""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.audit import submissions
from portal.audit.submissions import Written
from portal.drafts.pages import ChangePage, DraftPage
from portal.ui.forms import say, sent_before

Steps = list[tuple[str | Promise, str]]


class FormPage(DraftPage):
    """What both have in common. The template is given `form`, `title`, `lead`, `button`, `steps`, `back`."""

    title: ClassVar[str | Promise]
    lead: ClassVar[str | Promise] = ""
    button: ClassVar[str | Promise] = _("Save")
    template: ClassVar[str]
    names: ClassVar[dict[str, str]] = {}
    """The rule's field → the form's, where they differ."""

    def allow(self) -> None:
        """Raise Refused or Http404 before anything is shown."""

    def steps(self) -> Steps:
        raise NotImplementedError

    def back(self) -> str:
        """Where Cancel leads, and what was changed."""
        return self.steps()[-1][1]

    def more(self, form: Any) -> dict[str, Any]:
        """What the template needs besides; it may say the title, the lead and the button with the thing's own words."""
        return {}

    def say(self, form: Any, refused: ValidationError) -> None:
        say(form, refused, self.names)

    def show(self, form: Any, status: int = 200, **more: Any) -> HttpResponse:
        steps = [*self.steps(), (self.title, "")]
        context = {
            "form": form,
            "title": self.title,
            "lead": self.lead,
            "button": self.button,
            "steps": [{"title": title, "url": url} for title, url in steps],
            "back": self.back(),
            **self.more(form),
            **more,
        }
        return render(self.request, self.template, context, status=status)


class MakePage(FormPage):
    """Makes something, once however often its form is sent."""

    kind: ClassVar[str]
    done: ClassVar[str | Promise]

    def form(self, data: Any = None) -> Any:
        raise NotImplementedError

    def make(self, form: Any, written: Written) -> int:
        raise NotImplementedError

    def address(self, pk: int) -> str:
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        self.allow()
        return self.show(self.form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        self.allow()
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form, 400)
        content = {**form.content(), "address": request.path}
        try:
            pk, _now = submissions.once(
                self.actor.user, self.kind, form.key, content, lambda written: self.make(form, written)
            )
        except submissions.OtherContent:
            sent_before(form)
            return self.show(form, 409)
        except ValidationError as refused:
            self.say(form, refused)
            return self.show(form, 400)
        messages.success(request, str(self.done))
        return redirect(self.address(pk))


class AlterPage(ChangePage, FormPage):
    """Changes something that exists: `fresh()` is its form as it stands, `form(data)` reads it, `save(form)` writes."""

    done: ClassVar[str | Promise] = _("It is saved.")

    def form(self, data: Any) -> Any:
        raise NotImplementedError

    def save(self, form: Any) -> None:
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        self.allow()
        return self.show(self.fresh())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        self.allow()
        form = self.form(request.POST)
        if form.is_valid():
            try:
                self.save(form)
            except ValidationError as refused:
                self.say(form, refused)
            else:
                messages.success(request, str(self.done))
                return redirect(self.back())
        return self.show(form, 400)
