"""What the pages about bodies have in common: finding what the reader sees, and the frame of their forms."""

from typing import Any, ClassVar

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.drafts import form_pages
from portal.drafts.form_pages import Steps
from portal.identity.actor import Actor
from programmes import body_rows
from programmes.models import Body
from programmes.plans import require
from programmes.rights import KEEP_BODIES
from programmes.rows import mark
from programmes.views import money_pages
from programmes.views.money_forms import QuestionForm


def visible(model: Any, actor: Actor, pk: int, *related: str) -> Any:
    """The row among those that the reader sees; any other is not there."""
    return get_object_or_404(model.objects.visible_to(actor).select_related(*related), pk=pk)


def url(name: str, *args: Any) -> str:
    return reverse(f"programmes:{name}", args=args)


def body_url(body: Body) -> str:
    return url("body", body.pk)


def up(body: Body | None = None) -> Steps:
    steps: Steps = [(_("Bodies and meetings"), url("bodies"))]
    return steps if body is None else [*steps, (body.name, body_url(body))]


class Frame(money_pages.MoneyPage):
    template = "programmes/bodies/form.html"

    def show(self, form: Any, status: int = 200, **more: Any) -> HttpResponse:
        """`links` are titles and addresses of what else can be done with the thing."""
        return super().show(form, status, **{"links": (), **self.more(form), **more})


class MakePage(Frame, form_pages.MakePage):
    """Makes something."""

    action = KEEP_BODIES


class AlterPage(Frame, form_pages.AlterPage):
    """Changes something."""

    action = KEEP_BODIES


class MakeOfBody(MakePage):
    """Makes something that belongs to the body in the address, which is its keeper's."""

    @cached_property
    def body(self) -> Body:
        found: Body = visible(Body, self.actor, self.kwargs["pk"], "organisation")
        return found

    def allow(self) -> None:
        require(body_rows.may_keep(self.actor, self.body.organisation))

    def steps(self) -> Steps:
        return up(self.body)

    def address(self, pk: int) -> str:
        return body_url(self.body)


class AlterOfBody(AlterPage):
    """Changes a `model` that belongs to a body; `way` is the path to it."""

    model: ClassVar[Any]
    way: ClassVar[str] = "body"
    related: ClassVar[tuple[str, ...]] = ()

    @cached_property
    def row(self) -> Any:
        way = "organisation" if not self.way else f"{self.way}__organisation"
        return visible(self.model, self.actor, self.kwargs["pk"], way, *self.related)

    @property
    def body(self) -> Body:
        found = self.row
        for step in filter(None, self.way.split("__")):
            found = getattr(found, step)
        assert isinstance(found, Body)
        return found

    def allow(self) -> None:
        require(body_rows.may_keep(self.actor, self.body.organisation))

    def steps(self) -> Steps:
        return up(self.body)

    def thing(self) -> str:
        return body_rows.thing(self.row)

    def mark(self) -> str:
        return mark(self.row)

    def thing_name(self) -> str:
        return str(self.row)


class Removing:
    """A question that is answered yes. `lead` says what goes with it."""

    button: ClassVar[str | Promise] = gettext_lazy("Remove")
    done: ClassVar[str | Promise] = gettext_lazy("It is removed.")

    def fresh(self) -> QuestionForm:
        return QuestionForm()

    def form(self, data: Any) -> QuestionForm:
        return QuestionForm(data)

    def more(self, form: Any) -> dict[str, Any]:
        page: Any = self
        more: dict[str, Any] = super().more(form)  # type: ignore[misc]  # of the page that it is mixed into
        return {**more, "title": f"{page.title}: {page.thing_name()}", "links": ()}
