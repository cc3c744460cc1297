"""People in public offices: the list, and one with the seats that the reader sees. Who opens one, it is noted."""

from typing import Any

from django import forms
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.audit.openings import opened
from portal.geography.danish import fold
from portal.identity.actor import Actor
from portal.identity.views import ActionMixin
from portal.ui.export import export_response, requested
from portal.ui.forms import PortalForm
from portal.ui.pagination import keyset
from portal.ui.tables import Cell, Column, Table
from programmes.bodies import may_write_person
from programmes.models import Appointment, Person
from programmes.models.bodies import holds_on
from programmes.rights import VIEW_PROGRAMMES
from programmes.views.body_pages import body_url, url, visible
from programmes.views.decisions import period_words

KIND = "person"
PAGE = 50
COLUMNS = [
    Column("name", gettext_lazy("Name")),
    Column("background", gettext_lazy("Background")),
    Column("seats", gettext_lazy("Seats now"), kind="number", lead=True),
    Column("owner", gettext_lazy("Registered by")),
]


class ListForm(PortalForm):
    text = forms.CharField(label=gettext_lazy("Name or background"), required=False, max_length=100)
    several = forms.BooleanField(label=gettext_lazy("Only those who sit in several bodies"), required=False)


def seen(actor: Actor) -> "QuerySet[Any]":
    """With how many seats each holds today in bodies that the reader sees."""
    now = Appointment.objects.visible_to(actor).filter(holds_on(ledger.today())).order_by()
    rows = Person.objects.visible_to(actor).select_related("owner")
    return rows.annotate(seats_now=Count("appointments", filter=Q(appointments__in=now.values("pk")), distinct=True))


def row_of(person: Any) -> dict[str, Any]:
    return {
        "name": Cell(person.name, url("person", person.pk)),
        "background": person.background,
        "seats": vars(person)["seats_now"],
        "owner": person.owner.name,
    }


class PersonList(ActionMixin):
    """/organer/personer/?text=&several="""

    action = VIEW_PROGRAMMES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = ListForm(request.GET)
        form.is_valid()
        rows = seen(self.actor)
        if text := form.cleaned_data.get("text", "").strip():
            rows = rows.filter(Q(folded_name__contains=fold(text)) | Q(background__icontains=text))
        if form.cleaned_data.get("several"):
            rows = rows.filter(seats_now__gt=1)
        kind = requested(request)
        if kind is not None:
            found = rows.order_by("sort_key", "pk").iterator(chunk_size=1000)
            return export_response(kind, _("people"), COLUMNS, map(row_of, found))
        page = keyset(rows, request.GET, ("sort_key", "pk"), PAGE)
        for person in page.rows:
            opened(KIND, person.pk)
        context = {
            "filter_form": form,
            "page": page,
            "table": Table(
                caption=_("People"), caption_hidden=True, columns=COLUMNS, rows=[row_of(each) for each in page.rows],
                empty=_("Nobody fits. Remove a filter."),
            ),
        }  # fmt: skip
        return render(request, "programmes/bodies/people.html", context)


class PersonPage(ActionMixin):
    """/organer/personer/<pk>/"""

    action = VIEW_PROGRAMMES

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        person: Person = visible(Person, self.actor, pk, "owner")
        opened(KIND, pk)
        rows = Appointment.objects.visible_to(self.actor).filter(person=person)
        held = rows.select_related("seat__body__organisation").order_by(
            F("valid_to").desc(nulls_first=True), "seat__body__name", "pk"
        )
        context = {
            "person": person,
            "table": appointments_table(list(held)),
            "may_write": may_write_person(self.actor, person),
        }
        return render(request, "programmes/bodies/person.html", context)


def appointments_table(rows: list[Appointment]) -> Table:
    """The seats of one person. Columns in which nothing stands are left out."""
    titles = {
        "body": _("Body"), "role": _("Role"), "owner": _("Organisation"), "background": _("Background in the source"),
        "period": _("Period"),
    }  # fmt: skip
    lines = [
        {
            "body": Cell(each.seat.body.name, body_url(each.seat.body)),
            "role": str(each.seat),
            "owner": each.seat.body.organisation.name,
            "background": Cell(
                each.background,
                note=_("Printed as %(name)s") % {"name": each.printed_name} if each.printed_name else "",
            )
            if each.background or each.printed_name
            else "",
            "period": period_words(each),
        }
        for each in rows
    ]
    shown = [name for name in titles if name in ("body", "role") or any(line[name] for line in lines)]
    return Table(
        caption=_("Seats"), caption_hidden=True, columns=[Column(name, titles[name]) for name in shown], rows=lines,
        empty=_("No seat in a body that you see."),
    )  # fmt: skip
