"""External parties: the list, a new one, and changing one."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching import services
from matching.models import ExternalParty
from matching.service_forms import ChangePartyForm, MakePartyForm
from portal.audit.submissions import Written
from portal.drafts import form_pages
from portal.drafts.form_pages import Steps
from portal.identity import rights
from portal.identity.views import ActionMixin
from portal.ui import export
from portal.ui.pagination import keyset
from portal.ui.tables import Cell, Column, Table

COLUMNS = [
    Column("name", gettext_lazy("Name")),
    Column("kind", gettext_lazy("Kind")),
    Column("website", gettext_lazy("Website"), url=lambda row: row["website"]),
    Column("state", gettext_lazy("Status")),
]
PAGE = 50


def row_of(party: ExternalParty, *, may_keep: bool) -> dict[str, Any]:
    url = reverse("matching:party_change", args=[party.pk]) if may_keep else ""
    return {
        "name": Cell(party.name, url),
        "kind": party.get_kind_display(),
        "website": party.website,
        "state": _("Can be chosen") if party.active else _("No longer offered"),
    }


class PartyList(ActionMixin):
    """/tilbud/eksterne/"""

    action = services.VIEW

    def get(self, request: HttpRequest) -> HttpResponseBase:
        may_keep = bool(rights.may(self.actor, services.KEEP_EXTERNAL))
        rows = ExternalParty.objects.all()
        kind = export.requested(request)
        if kind is not None:
            found = (row_of(row, may_keep=False) for row in rows.order_by("sort_key", "pk").iterator(chunk_size=500))
            return export.export_response(kind, _("external parties"), COLUMNS, found)
        page = keyset(rows, request.GET, ("sort_key", "id"), size=PAGE)
        table = Table(
            caption=_("External parties"),
            columns=COLUMNS,
            rows=[row_of(row, may_keep=may_keep) for row in page.rows],
            caption_hidden=True,
        )
        return render(request, "matching/parties.html", {"table": table, "page": page, "may_keep": may_keep})


def party_steps() -> Steps:
    return [
        (_("Services"), reverse("matching:services")),
        (_("External parties"), reverse("matching:parties")),
    ]


class MakeParty(form_pages.MakePage):
    """/tilbud/eksterne/ny/"""

    action = services.KEEP_EXTERNAL
    kind = "external_party"
    title = gettext_lazy("New external party")
    lead = gettext_lazy("Somebody that companies are referred to, or that refers them, without being a partner here.")
    done = gettext_lazy("The party can be chosen now.")
    template = "matching/form.html"

    def steps(self) -> Steps:
        return party_steps()

    def form(self, data: Any = None) -> MakePartyForm:
        return MakePartyForm(data)

    def make(self, form: MakePartyForm, written: Written) -> int:
        read = {name: form.cleaned_data[name] for name in ("name", "kind", "website")}
        return services.make_party(self.actor, **read, written=written).pk

    def address(self, pk: int) -> str:
        return reverse("matching:parties")


class ChangeParty(form_pages.AlterPage):
    """/tilbud/eksterne/<pk>/ret/"""

    action = services.KEEP_EXTERNAL
    title = gettext_lazy("Change the external party")
    template = "matching/form.html"

    @cached_property
    def party(self) -> ExternalParty:
        return get_object_or_404(ExternalParty, pk=self.kwargs["pk"])

    def steps(self) -> Steps:
        return party_steps()

    def thing(self) -> str:
        return services.party_thing(self.party)

    def mark(self) -> str:
        return services.party_mark(self.party)

    def thing_name(self) -> str:
        return self.party.name

    def fresh(self) -> ChangePartyForm:
        return ChangePartyForm(self.party)

    def form(self, data: Any) -> ChangePartyForm:
        return ChangePartyForm(self.party, data)

    def save(self, form: ChangePartyForm) -> None:
        services.change_party(self.actor, self.party, **form.cleaned_data, seen=self.seen)
