"""The lists of a match's form: each as a page, a row added, changed, and moved one step."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.kept_lists import (
    KEEP,
    LISTS,
    VIEW,
    Kept,
    ListRow,
    add_row,
    change_row,
    mark,
    may_keep,
    move_row,
    thing,
)
from portal.audit.submissions import Written
from portal.drafts.form_pages import AlterPage, MakePage, Steps
from portal.identity.rights import Refused
from portal.identity.views import ActionMixin
from portal.ui.export import export_response, requested
from portal.ui.forms import OnceForm, PortalForm
from portal.ui.tables import Column

FILE = [
    Column("code", gettext_lazy("Code"), kind="id"),
    Column("name", gettext_lazy("Name in Danish")),
    Column("name_en", gettext_lazy("Name in English")),
    Column("state", gettext_lazy("Status")),
    Column("constructed", gettext_lazy("Constructed")),
]


class OfList(ActionMixin):
    @cached_property
    def kept(self) -> Kept:
        if self.kwargs["kind"] not in LISTS:
            raise Http404
        return LISTS[self.kwargs["kind"]]

    @property
    def list_url(self) -> str:
        return reverse("matching:kept_list", args=[self.kept.slug])


class KeptLists(ActionMixin):
    """/lister/"""

    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponseBase:
        lists = [(each, reverse("matching:kept_list", args=[each.slug])) for each in LISTS.values()]
        return render(request, "matching/kept_lists.html", {"lists": lists})


class KeptListPage(OfList):
    """/lister/<kind>/"""

    action = VIEW

    def get(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        rows = list(self.kept.model.objects.order_by("order", "pk"))
        file = requested(request)
        if file is not None:
            return export_response(file, self.kept.slug, FILE, (_line(row) for row in rows))
        context = {
            "kept": self.kept,
            "rows": [
                {"row": row, "line": _line(row), "first": row is rows[0], "last": row is rows[-1]} for row in rows
            ],
            "may_keep": may_keep(self.actor),
        }
        return render(request, "matching/kept_list.html", context)


def _line(row: ListRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "name_en": row.name_en,
        "state": _("can be chosen") if row.active else _("taken out of use"),
        "constructed": _("constructed") if getattr(row, "constructed", False) else "",
    }


class RowFields(PortalForm):
    name = forms.CharField(
        label=gettext_lazy("Name in Danish"),
        max_length=60,
        error_messages={"required": gettext_lazy("Write what it is called.")},
    )
    name_en = forms.CharField(
        label=gettext_lazy("Name in English"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Left empty it is called the same in English."),
    )
    constructed = forms.BooleanField(
        label=gettext_lazy("Constructed: no source has it"),
        required=False,
        help_text=gettext_lazy("It is marked so in the list."),
    )
    active = forms.BooleanField(
        label=gettext_lazy("Can be chosen"),
        required=False,
        help_text=gettext_lazy("Taken out of use it stays on what is registered, and nothing new gets it."),
    )

    def of(self, kept: Kept, *, new: bool) -> None:
        if not kept.may_be_constructed:
            del self.fields["constructed"]
        if new:
            del self.fields["active"]

    def said(self) -> dict[str, Any]:
        return {
            name: self.cleaned_data[name]
            for name in ("name", "name_en", "constructed", "active")
            if name in self.fields
        }


class NewRowForm(RowFields, OnceForm):
    pass


class OfOne(OfList):
    def allow(self) -> None:
        verdict = may_keep(self.actor)
        if not verdict:
            raise Refused(verdict.reason)

    def steps(self) -> Steps:
        return [(_("Lists"), reverse("matching:kept_lists")), (self.kept.title, self.list_url)]

    def back(self) -> str:
        return self.list_url


class NewRow(OfOne, MakePage):
    """/lister/<kind>/ny/"""

    action = KEEP
    title, button, done = gettext_lazy("Add a row"), gettext_lazy("Add"), gettext_lazy("The row is in the list.")
    lead = gettext_lazy("It can be chosen at once, by everybody.")
    kind, template = "list_row", "matching/form.html"

    def form(self, data: Any = None) -> NewRowForm:
        form = NewRowForm(data)
        form.of(self.kept, new=True)
        return form

    def make(self, form: NewRowForm, written: Written) -> int:
        """A row has no number: its place in the list stands for it."""
        return add_row(self.actor, self.kept, written=written, **form.said()).order

    def address(self, pk: int) -> str:
        return self.list_url


class ChangeRow(OfOne, AlterPage):
    """/lister/<kind>/<code>/"""

    action = KEEP
    title = gettext_lazy("Change a row")
    template = "matching/form.html"

    @cached_property
    def row(self) -> ListRow:
        found: ListRow = get_object_or_404(self.kept.model, pk=self.kwargs["code"])
        return found

    def thing(self) -> str:
        return thing(self.row)

    def mark(self) -> str:
        return mark(self.row)

    def thing_name(self) -> str:
        return self.row.label

    def fresh(self) -> RowFields:
        row = self.row
        initial = {"name": row.name, "name_en": row.name_en, "active": row.active}
        form = RowFields(initial=initial | {"constructed": getattr(row, "constructed", False)})
        form.of(self.kept, new=False)
        return form

    def form(self, data: Any) -> RowFields:
        form = RowFields(data)
        form.of(self.kept, new=False)
        return form

    def save(self, form: RowFields) -> None:
        change_row(self.actor, self.kept, self.row.pk, seen=self.seen, **form.said())

    def more(self, form: Any) -> dict[str, Any]:
        lead = _("Its code, %(code)s, stays. What is registered with it is called by the new name at once.")
        return {"title": _("Change %(name)s") % {"name": self.row.label}, "lead": lead % {"code": self.row.code}}


class MoveRow(OfOne):
    """/lister/<kind>/<code>/flyt/: `way` is up or down."""

    action = KEEP
    http_method_names = ["post"]

    def post(self, request: HttpRequest, kind: str, code: str) -> HttpResponseBase:
        self.allow()
        row = get_object_or_404(self.kept.model, pk=code)
        moved = move_row(self.actor, self.kept, row.pk, up=request.POST.get("way") == "up")
        messages.success(request, _("%(name)s is moved.") % {"name": moved.label})
        return redirect(f"{self.list_url}#row-{moved.code}")
