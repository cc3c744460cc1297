"""Bodies and the people who sit in them, over the API: the same rows as on the pages."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema

from portal import ledger
from portal.ui.api import ChangesListView, ListView, RecordView
from programmes.api.body_shapes import (
    BodyFilters,
    BodyRecordSerializer,
    BodySerializer,
    PersonFilters,
    PersonSerializer,
)
from programmes.models import Appointment, Body, Mandate, Person, Seat
from programmes.models.bodies import holds_on
from programmes.rights import VIEW_PROGRAMMES


def with_seats(rows: "QuerySet[Body]") -> "QuerySet[Body]":
    """With the seats of today and who holds them."""
    today = ledger.today()
    holders = Appointment.objects.on(today).select_related("person").order_by("pk")
    seats = Seat.objects.filter(holds_on(today)).select_related("appointing_organisation", "appointing_body")
    now = seats.order_by("order", "pk").prefetch_related(Prefetch("appointments", holders, to_attr="holders"))
    return rows.select_related("organisation").prefetch_related(
        "delegations", Prefetch("seats", now, to_attr="seats_now")
    )


@extend_schema(
    summary="List bodies",
    description="Those of the caller's area and those that the state has named, with who sits in them today.",
)
class BodyList(ListView):
    rights = {"GET": VIEW_PROGRAMMES}
    queryset = Body.objects.none()
    serializer_class = BodySerializer
    filterset_class = BodyFilters
    ordering = ("pk",)

    def visible(self) -> QuerySet[Body]:
        return with_seats(Body.objects.visible_to(self.actor))


@extend_schema(summary="A body with its mandates")
class BodyRecord(RecordView):
    rights = {"GET": VIEW_PROGRAMMES}
    queryset = Body.objects.none()
    serializer_class = BodyRecordSerializer

    def visible(self) -> QuerySet[Body]:
        mandates = Mandate.objects.select_related("funding_source").prefetch_related("items")
        return with_seats(Body.objects.visible_to(self.actor)).prefetch_related(Prefetch("mandates", mandates))


def with_appointments(rows: "QuerySet[Person]", actor: Any) -> "QuerySet[Person]":
    seen = Appointment.objects.visible_to(actor).select_related("seat__body").order_by("pk")
    return rows.prefetch_related(Prefetch("appointments", seen, to_attr="seats_seen"))


@extend_schema(
    summary="List people",
    description="People in public offices, with the seats that the caller sees. Who reads it is noted.",
)
class PersonList(ChangesListView):
    rights = {"GET": VIEW_PROGRAMMES}
    queryset = Person.objects.none()
    serializer_class = PersonSerializer
    filterset_class = PersonFilters
    ordering = ("pk",)

    def visible(self) -> QuerySet[Person]:
        return with_appointments(Person.objects.visible_to(self.actor), self.actor)


@extend_schema(summary="A person in a public office")
class PersonRecord(RecordView):
    rights = {"GET": VIEW_PROGRAMMES}
    queryset = Person.objects.none()
    serializer_class = PersonSerializer

    def visible(self) -> QuerySet[Person]:
        return with_appointments(Person.objects.visible_to(self.actor), self.actor)
