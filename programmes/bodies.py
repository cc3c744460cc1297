"""Bodies, their seats and who holds them: made, changed and taken away. `actor=None` is a loader."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.rights import Refused, Verdict
from portal.ui import formats
from programmes.body_rows import Wrong, add, alter, require_keeper, take_away
from programmes.models import Appointment, Body, Delegation, Person, Seat
from programmes.rights import DECIDE, KEEP_BODIES

Kind = Body.Kind
MOST_SEATS = 60
"""So many seats are made at once: no board of the sources has more."""
Given = Mapping[str, Decimal | None]
"""What a body may decide (Delegation.What) → up to how much, None for no limit. What is not there it may not decide."""


def set_body(
    actor: Actor | None,
    organisation: Organisation,
    given: Given | None,
    *,
    body: Body | None = None,
    seen: versions.Seen | None = None,
    written: Written | None = None,
    **said: Any,
) -> Body:
    """Make a body, or change it, with what it may decide about money; `given` None leaves that as it is.

    `said`: name, kind, asks_agenda_item, programme, covers, purpose, source, valid_from, valid_to. Budget changes that
    were decided keep what they rest on: what a body may decide holds for those to come. Raises Refused, Changed, and
    ValidationError by field (`up_to_transfer` for the limit of a kind).
    """
    if actor is not None:
        rights.require(actor, KEEP_BODIES)
        if given is not None:
            rights.require(actor, DECIDE)
        if organisation.pk not in actor.organisation_ids:
            raise Refused(_("%(owner)s says itself who decides.") % {"owner": organisation})
    with transaction.atomic():
        if body is None:
            row = Body(organisation=organisation)
        else:
            row = Body.objects.select_for_update(no_key=True).get(pk=body.pk)
            versions.settle(actor, body_thing(row), seen=seen, now=body_mark(row))
        for name, value in said.items():
            setattr(row, name, value)
        row.name = row.name.strip()
        _check_body(row, given)
        row.save()
        if given is not None:
            _delegate(row, given)
        if written is not None:
            written(row.pk)
    return row


def _check_body(row: Body, given: Given | None) -> None:
    wrong: dict[str, str] = {}
    if not row.name:
        wrong["name"] = _("Give the body its name, for example Byrådet.")
    same = Body.objects.filter(organisation=row.organisation, name=row.name).exclude(pk=row.pk)
    if same.exists():
        wrong["name"] = _("The organisation already has a body with that name.")
    if row.kind not in Kind.values:
        wrong["kind"] = _("Choose what kind of body it is.")
    if row.kind in (Kind.COUNCIL, Kind.COMMITTEE) and not row.asks_agenda_item:
        wrong["asks_agenda_item"] = _("A council and a committee decide on an agenda.")
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        wrong["valid_to"] = _("The end must not be before the beginning.")
    if row.kind in Body.ADVISE:
        if given:
            wrong["kind"] = _("Such a body recommends. What it may decide about money must be empty.")
        elif row.pk is not None and (row.decisions.exists() or (given is None and row.delegations.exists())):
            wrong["kind"] = _("It has decided, or may decide about money, so it is no body that only recommends.")
    for what, limit in (given or {}).items():
        if limit is not None and limit <= 0:
            wrong[f"up_to_{what}"] = _("Write an amount above zero, or leave it empty for no limit.")
    if wrong:
        raise ValidationError(wrong)


def _delegate(body: Body, given: Given) -> None:
    there = {row.what: row for row in body.delegations.all()}
    for what, row in there.items():
        if what not in given:
            row.delete()
        elif row.up_to != given[what]:
            row.up_to = given[what]
            row.save()
    Delegation.objects.bulk_create(
        Delegation(body=body, what=what, up_to=limit) for what, limit in given.items() if what not in there
    )


def body_thing(body: Body) -> str:
    return versions.thing_of("body", body.pk)


def body_mark(body: Body) -> str:
    """What tells versions of a body apart: all that is said of it."""
    limits = body.delegations.order_by("what").values_list("what", "up_to")
    said = [
        body.name, body.kind, body.asks_agenda_item, body.valid_from, body.valid_to, body.programme_id, body.covers,
        body.purpose, body.source, list(limits),
    ]  # fmt: skip
    return json.dumps(said, default=str)


def remove_body(actor: Actor | None, body: Body, *, seen: versions.Seen | None = None) -> None:
    """With its seats and mandates; what has met, decided or recommended stays."""
    require_keeper(actor, body)
    take_away(actor, body, seen=seen, now=body_mark)


def make_seats(
    actor: Actor | None, body: Body, *, number: int = 1, written: Written | None = None, **said: Any
) -> list[Seat]:
    """So many seats alike, after those that are there. `said`: role, in_right_of, appointed_by …"""
    require_keeper(actor, body)
    if not 1 <= number <= MOST_SEATS:
        raise ValidationError({"number": [_("Write a number between 1 and %(most)s.") % {"most": MOST_SEATS}]})
    if number > 1 and said.get("role") == Seat.Role.CHAIR:
        raise ValidationError({"number": [_("A body has one chair.")]})
    last = body.seats.order_by("-order").values_list("order", flat=True).first() or 0
    made = []
    with transaction.atomic():
        for turn in range(1, number + 1):
            # Whoever takes part in appointing is told once: the first seat stands for all.
            told = written if turn == 1 else None
            given = {"order": last + turn, **said}
            made.append(add(actor, Seat(body=body), given, check=_seat_faults, written=told))
    return made


def change_seat(
    actor: Actor | None, seat: Seat, *, seen: versions.Seen | None = None, written: Written | None = None, **said: Any
) -> Seat:
    require_keeper(actor, seat.body)
    return alter(actor, seat, said, seen=seen, check=_seat_faults, written=written)


def _period_faults(row: Seat | Appointment) -> Wrong:
    """Asked before the database is, which cannot even compare a period that ends before it begins."""
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        return {"valid_to": [_("The end must not be before the beginning.")]}
    return {}


def _seat_faults(seat: Seat) -> Wrong:
    named = [each for each in (seat.appointed_by, seat.appointing_organisation_id, seat.appointing_body_id) if each]
    if len(named) > 1:
        return {"appointed_by": [_("Say in one way who appoints: choose, or write it in words.")]}
    if wrong := _period_faults(seat):
        return wrong
    if seat.role == Seat.Role.CHAIR and _other_chairs(seat).exists():
        return {"role": [_("The body has a chair's seat in that period. End that seat first.")]}
    return {}


def _other_chairs(seat: Seat) -> "QuerySet[Seat]":
    """In the seat's period, which the database holds to be none."""
    others = Seat.objects.filter(body=seat.body, role=Seat.Role.CHAIR).exclude(pk=seat.pk)
    if seat.valid_from:
        others = others.filter(Q(valid_to=None) | Q(valid_to__gte=seat.valid_from))
    if seat.valid_to:
        others = others.filter(Q(valid_from=None) | Q(valid_from__lte=seat.valid_to))
    return others


def remove_seat(actor: Actor | None, seat: Seat, *, seen: versions.Seen | None = None) -> None:
    """With who held it: for a seat that was registered by mistake. One that is given up is ended."""
    require_keeper(actor, seat.body)
    take_away(actor, seat, seen=seen)


def may_write_person(actor: Actor, person: Person) -> Verdict:
    """Whoever registered a person answers for what is said of them."""
    verdict = rights.may(actor, KEEP_BODIES)
    if verdict and person.owner_id not in actor.organisation_ids:
        text = _("%(owner)s has registered this person and corrects what is said. You can read it.")
        return Verdict(False, text % {"owner": person.owner})
    return verdict


def _require_writer(actor: Actor | None, person: Person) -> None:
    if actor is not None:
        verdict = may_write_person(actor, person)
        if not verdict:
            raise Refused(verdict.reason)


def make_person(actor: Actor | None, owner: Organisation, *, written: Written | None = None, **said: Any) -> Person:
    """`said`: name, background, source."""
    if actor is not None:
        rights.require(actor, KEEP_BODIES)
        if owner.pk not in actor.organisation_ids:
            raise Refused(_("You register people for your own organisation."))
    return add(actor, Person(owner=owner), said, check=_person_faults, written=written)


def _person_faults(row: Person) -> Wrong:
    """What the database holds of the whole row, said at the field where it is mended."""
    private = _("No CPR number, telephone number or address: only the public office.")
    wrong: Wrong = {}
    if re.search(r"[0-9]{6}", row.name):
        wrong["name"] = [private]
    if re.search(r"[0-9]{6}-?[0-9]{4}", row.background):
        wrong["background"] = [private]
    same = Person.objects.filter(owner=row.owner, name=row.name, background=row.background).exclude(pk=row.pk)
    if not wrong and same.exists():
        wrong["name"] = [_("The person is registered already. Choose them from the list.")]
    return wrong


def change_person(
    actor: Actor | None,
    person: Person,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
    **said: Any,
) -> Person:
    _require_writer(actor, person)
    return alter(actor, person, said, seen=seen, check=_person_faults, written=written)


def remove_person(actor: Actor | None, person: Person, *, seen: versions.Seen | None = None) -> None:
    """Erasure: the person, every appointment, and what the trail kept of them. The seats stay, without a holder."""
    _require_writer(actor, person)
    with transaction.atomic():
        appointments = [str(pk) for pk in person.appointments.values_list("pk", flat=True)]
        row = str(person.pk)
        take_away(actor, person, seen=seen)
        with connection.cursor() as cursor:
            for table, rows in ((Person._meta.db_table, [row]), (Appointment._meta.db_table, appointments)):
                if rows:
                    cursor.execute("SELECT audit_forget(%s, %s)", [table, rows])


def appoint(
    actor: Actor | None, seat: Seat, person: Person, *, written: Written | None = None, **said: Any
) -> Appointment:
    """`said`: background, printed_name, valid_from, valid_to, source. Raises Refused, ValidationError."""
    require_keeper(actor, seat.body)
    with transaction.atomic():
        made = add(actor, Appointment(seat=seat, person=person), said, check=_appointment_faults, written=written)
        if seat.holder_not_stated:
            Seat.objects.filter(pk=seat.pk).update(holder_not_stated=False)
    return made


def change_appointment(
    actor: Actor | None,
    appointment: Appointment,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
    **said: Any,
) -> Appointment:
    """Most often that it ends."""
    require_keeper(actor, appointment.seat.body)
    return alter(actor, appointment, said, seen=seen, check=_appointment_faults, written=written)


def _appointment_faults(row: Appointment) -> Wrong:
    seat, wrong = row.seat, _period_faults(row)
    if seat.valid_from and (row.valid_from is None or row.valid_from < seat.valid_from):
        wrong["valid_from"] = [_("The seat begins on %(day)s.") % {"day": formats.date_da(seat.valid_from)}]
    if seat.valid_to and (row.valid_to is None or row.valid_to > seat.valid_to):
        wrong["valid_to"] = [_("The seat ends on %(day)s.") % {"day": formats.date_da(seat.valid_to)}]
    return wrong


def remove_appointment(actor: Actor | None, appointment: Appointment, *, seen: versions.Seen | None = None) -> None:
    """For one that was registered by mistake; whoever leaves gets a last day."""
    require_keeper(actor, appointment.seat.body)
    take_away(actor, appointment, seen=seen)
