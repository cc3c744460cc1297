"""Making, changing and removing bodies, seats, appointments and people."""

from typing import Any, ClassVar

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.openings import opened
from portal.audit.submissions import Written
from portal.drafts.form_pages import Steps
from portal.identity.models import Organisation
from portal.identity.rights import Refused
from portal.ui.tables import Cell, Column, Table
from programmes import bodies
from programmes.body_rows import may_keep, thing
from programmes.models import Appointment, Body, Person, Seat
from programmes.plans import require
from programmes.rows import mark
from programmes.views.body_forms import (
    BODY_FIELDS,
    PUBLIC_OFFICE,
    AppointForm,
    AppointmentForm,
    BodyForm,
    PersonForm,
    SeatForm,
)
from programmes.views.body_pages import (
    AlterOfBody,
    AlterPage,
    MakeOfBody,
    MakePage,
    Removing,
    body_url,
    up,
    url,
    visible,
)
from programmes.views.decisions import period_words
from programmes.views.meeting_forms import initial_of
from programmes.views.people import KIND


class MakeBody(MakePage):
    """/organer/opret/"""

    kind = "body"
    title = gettext_lazy("Make a body")
    lead = gettext_lazy("A council, a board, a growth team, a steering group: who decides, advises or steers.")
    done = gettext_lazy("The body is made. Give it its seats.")

    def form(self, data: Any = None) -> BodyForm:
        return BodyForm(self.actor, data, own=self.own, initial={"asks_agenda_item": True})

    @cached_property
    def own(self) -> list[Organisation]:
        """The person's organisation and its parts, the nearest first."""
        rows = Organisation.objects.filter(pk__in=self.actor.organisation_ids).order_by("sort_key", "pk")
        mine = self.actor.organisation
        return sorted(rows, key=lambda each: mine is None or each.pk != mine.pk)

    def steps(self) -> Steps:
        return up()

    def make(self, form: BodyForm, written: Written) -> int:
        chosen = form.cleaned_data.get("organisation")
        owner = next(each for each in self.own if not chosen or str(each.pk) == chosen)
        return bodies.set_body(self.actor, owner, form.given(), written=written, **form.said()).pk

    def address(self, pk: int) -> str:
        return url("body", pk)


class OneBody(AlterOfBody):
    model, way = Body, ""

    def thing(self) -> str:
        return bodies.body_thing(self.row)

    def mark(self) -> str:
        return bodies.body_mark(self.row)


class ChangeBody(OneBody):
    """/organer/<pk>/ret/"""

    title: ClassVar[str | Promise] = gettext_lazy("Change the body")
    lead = gettext_lazy("What was decided before stays as it is; the limits hold for decisions to come.")

    def fresh(self) -> BodyForm:
        initial = initial_of(self.body, BODY_FIELDS)
        for each in self.body.delegations.all():
            initial |= {f"may_{each.what}": True, f"up_to_{each.what}": each.up_to}
        return BodyForm(self.actor, initial=initial)

    def form(self, data: Any) -> BodyForm:
        return BodyForm(self.actor, data)

    def more(self, form: Any) -> dict[str, Any]:
        return {"links": [(_("Remove the body"), url("body_remove", self.row.pk))]}

    def save(self, form: BodyForm) -> None:
        body = self.body
        bodies.set_body(self.actor, body.organisation, form.given(), body=body, seen=self.seen, **form.said())


class RemoveBody(Removing, OneBody):
    """/organer/<pk>/fjern/"""

    title = gettext_lazy("Remove the body")
    lead = gettext_lazy("Its seats and mandates go with it. One that has met, decided or recommended is ended instead.")

    def save(self, form: Any) -> None:
        bodies.remove_body(self.actor, self.body, seen=self.seen)
        self.removed = True

    def back(self) -> str:
        return url("bodies") if getattr(self, "removed", False) else body_url(self.body)


class MakeSeat(MakeOfBody):
    """/organer/<pk>/pladser/opret/"""

    kind = "seat"
    title = gettext_lazy("Add seats")
    done = gettext_lazy("The seats are added. Say who holds them.")

    def form(self, data: Any = None) -> SeatForm:
        return SeatForm(self.actor, self.body, data, new=True)

    def make(self, form: SeatForm, written: Written) -> int:
        return bodies.make_seats(self.actor, self.body, written=written, **form.said())[0].pk


class OneSeat(AlterOfBody):
    model = Seat


class ChangeSeat(OneSeat):
    """/organer/pladser/<pk>/ret/: the seat, and who held and holds it."""

    title = gettext_lazy("Change the seat")

    def fresh(self) -> SeatForm:
        initial = initial_of(self.row, SeatForm.base_fields)
        return SeatForm(self.actor, self.body, new=False, initial=initial)

    def form(self, data: Any) -> SeatForm:
        return SeatForm(self.actor, self.body, data, new=False)

    def save(self, form: SeatForm) -> None:
        bodies.change_seat(self.actor, self.row, seen=self.seen, **form.said())

    def more(self, form: Any) -> dict[str, Any]:
        rows = self.row.appointments.select_related("person").order_by("-valid_from", "-pk")
        links = [(_("Appoint somebody"), url("appoint", self.row.pk)),
                 (_("Remove the seat"), url("seat_remove", self.row.pk))]  # fmt: skip
        return {"before": holders_table(list(rows)), "links": links}


def holders_table(rows: list[Appointment]) -> Table:
    return Table(
        caption=_("Who held and holds the seat"),
        columns=[Column("who", _("Who")), Column("period", _("Period")), Column("change", _("Change"))],
        rows=[
            {
                "who": Cell(each.person.name, url("person", each.person_id)),
                "period": period_words(each),
                "change": Cell(_("Change or end it"), url("appointment_change", each.pk)),
            }
            for each in rows
        ],
        empty=_("Nobody has been registered."),
    )


class RemoveSeat(Removing, OneSeat):
    """/organer/pladser/<pk>/fjern/"""

    title = gettext_lazy("Remove the seat")
    lead = gettext_lazy("For a seat that was registered by mistake. Who held it is forgotten with it.")

    def save(self, form: Any) -> None:
        bodies.remove_seat(self.actor, self.row, seen=self.seen)


class Appoint(MakePage):
    """/organer/pladser/<pk>/udpeg/: somebody who is registered, or somebody new."""

    kind = "appointment"
    title = gettext_lazy("Say who holds the seat")
    lead = PUBLIC_OFFICE
    done = gettext_lazy("The seat has its holder.")
    names: ClassVar[dict[str, str]] = {"name": "new_name", "background": "new_background"}

    @cached_property
    def seat(self) -> Seat:
        found: Seat = visible(Seat, self.actor, self.kwargs["pk"], "body__organisation")
        return found

    def allow(self) -> None:
        require(may_keep(self.actor, self.seat.body.organisation))

    def steps(self) -> Steps:
        return [*up(self.seat.body), (str(self.seat), url("seat_change", self.seat.pk))]

    def form(self, data: Any = None) -> AppointForm:
        return AppointForm(self.actor, data)

    def make(self, form: AppointForm, written: Written) -> int:
        said = form.said()
        person, name, background = (said.pop(each) for each in ("person", "new_name", "new_background"))
        with transaction.atomic():
            if person is None:
                owner = self.seat.body.organisation
                person = bodies.make_person(self.actor, owner, name=name, background=background, source=said["source"])
            return bodies.appoint(self.actor, self.seat, person, written=written, **said).pk

    def address(self, pk: int) -> str:
        return body_url(self.seat.body)


class OneAppointment(AlterOfBody):
    model, way, related = Appointment, "seat__body", ("person",)

    def steps(self) -> Steps:
        seat = self.row.seat
        return [*up(seat.body), (str(seat), url("seat_change", seat.pk))]

    def thing_name(self) -> str:
        return f"{self.row.person}, {self.row.seat}"

    def more(self, form: Any) -> dict[str, Any]:
        opened(KIND, self.row.person_id)
        return {
            "title": f"{self.title}: {self.row.person.name}",
            "links": [(_("Registered by mistake: remove it"), url("appointment_remove", self.row.pk))],
        }


class ChangeAppointment(OneAppointment):
    """/organer/udpegninger/<pk>/ret/"""

    title = gettext_lazy("Change or end the appointment")
    lead = PUBLIC_OFFICE

    def fresh(self) -> AppointmentForm:
        return AppointmentForm(initial=initial_of(self.row, AppointmentForm.base_fields))

    def form(self, data: Any) -> AppointmentForm:
        return AppointmentForm(data)

    def save(self, form: AppointmentForm) -> None:
        bodies.change_appointment(self.actor, self.row, seen=self.seen, **form.said())


class RemoveAppointment(Removing, OneAppointment):
    """/organer/udpegninger/<pk>/fjern/"""

    title = gettext_lazy("Remove the appointment")
    lead = gettext_lazy("For one that was registered by mistake. Whoever leaves is given a last day instead.")

    def save(self, form: Any) -> None:
        bodies.remove_appointment(self.actor, self.row, seen=self.seen)


class OnePerson(AlterPage):
    @cached_property
    def row(self) -> Person:
        rows = Person.objects.visible_to(self.actor).select_related("owner")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def allow(self) -> None:
        verdict = bodies.may_write_person(self.actor, self.row)
        if not verdict:
            raise Refused(verdict.reason)

    def steps(self) -> Steps:
        return [*up(), (_("People"), url("people")), (self.row.name, url("person", self.row.pk))]

    def thing(self) -> str:
        return thing(self.row)

    def mark(self) -> str:
        return mark(self.row)

    def thing_name(self) -> str:
        return self.row.name

    def more(self, form: Any) -> dict[str, Any]:
        opened(KIND, self.row.pk)
        return {"links": [(_("Remove the person"), url("person_remove", self.row.pk))]}


class ChangePerson(OnePerson):
    """/organer/personer/<pk>/ret/"""

    title = gettext_lazy("Correct what is said of the person")
    lead = PUBLIC_OFFICE

    def fresh(self) -> PersonForm:
        return PersonForm(initial=initial_of(self.row, PersonForm.base_fields))

    def form(self, data: Any) -> PersonForm:
        return PersonForm(data)

    def save(self, form: PersonForm) -> None:
        bodies.change_person(self.actor, self.row, seen=self.seen, **form.said())


class RemovePerson(Removing, OnePerson):
    """/organer/personer/<pk>/fjern/"""

    title = gettext_lazy("Remove the person")
    lead = gettext_lazy(
        "The person and every appointment are erased, also from the history of changes. The seats stay, without a "
        "holder. Whoever only leaves a seat is given a last day instead."
    )

    def save(self, form: Any) -> None:
        bodies.remove_person(self.actor, self.row, seen=self.seen)
        self.removed = True

    def back(self) -> str:
        return url("people") if getattr(self, "removed", False) else url("person", self.row.pk)
