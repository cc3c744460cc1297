"""The lists a match's form is chosen from: work areas, schemes and reasons for breaking off. Rows are added, renamed,
put in another order and taken out of use; none is deleted and a code never changes, so what was registered stands."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.companies import tidy
from matching.models import BreakReason, Scheme, WorkArea
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.geography.danish import fold
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused, Verdict
from portal.identity.roles import Role
from programmes.models import PartnerRole, Programme

VIEW = "matching.view_lists"
KEEP = "matching.keep_lists"
ListRow = WorkArea | Scheme | BreakReason


@dataclass(frozen=True)
class Kept:
    """A list: its word in addresses, its title, and what its rows are for."""

    slug: str
    model: type[Any]
    title: str | Promise
    lead: str | Promise

    @property
    def may_be_constructed(self) -> bool:
        return self.model is WorkArea


LISTS: Mapping[str, Kept] = {
    each.slug: each
    for each in (
        Kept(
            "arbejdsomraader",
            WorkArea,
            gettext_lazy("Work areas"),
            gettext_lazy("What the person is to work with. Matches are counted by it."),
        ),
        Kept(
            "ordninger",
            Scheme,
            gettext_lazy("Schemes used for matches"),
            gettext_lazy("What helped pay for the match."),
        ),
        Kept(
            "afbrydelsesgrunde",
            BreakReason,
            gettext_lazy("Reasons for breaking off"),
            gettext_lazy("Why a match came to nothing."),
        ),
    )
}


def may_keep(actor: Actor) -> Verdict:
    """The lists are one for the whole portal: they are kept where a programme's matches are. At most one query."""
    verdict = rights.may(actor, KEEP)
    if not verdict:
        return verdict
    if actor.role == Role.DATA_STEWARD:
        kept = PartnerRole.objects.on(actor.on).filter(role=PartnerRole.Role.STEWARD, organisation=actor.organisation)
        there = kept.exists()
    else:
        counted = PartnerRole.objects.filter(role=PartnerRole.Role.MATCH_CREATOR).order_by().values("programme")
        there = Programme.objects.filter(owner=actor.organisation, pk__in=counted).exists()
    if there:
        return Verdict(True)
    return Verdict(False, _("The lists are kept by those whose programme counts matches. You can read them."))


def thing(row: ListRow) -> str:
    return versions.thing_of(row._meta.model_name or "", row.pk)


def mark(row: ListRow) -> str:
    """What tells its versions apart. Where it stands is no part of it."""
    return json.dumps([row.name, row.name_en, row.active, getattr(row, "constructed", None)])


def add_row(actor: Actor, kept: Kept, *, written: Written | None = None, **said: Any) -> ListRow:
    """`said`: name, name_en (the Danish one where it is empty), and of a work area constructed. Last in the list.
    Raises Refused, ValidationError by field."""
    _require(actor)
    with transaction.atomic():
        _lock(kept)
        row = kept.model(order=1 + (kept.model.objects.aggregate(last=Max("order"))["last"] or 0))
        _say(kept, row, said)
        row.code = _code(kept, row.name)
        row.save(force_insert=True)
        versions.record(actor, thing(row))
        if written is not None:
            written(row.order)
    return row  # type: ignore[no-any-return]


def change_row(actor: Actor, kept: Kept, code: str, *, seen: versions.Seen | None = None, **said: Any) -> ListRow:
    """`said` as in `add_row`, and active: whether it can be chosen. Raises Refused, Changed, ValidationError."""
    _require(actor)
    with transaction.atomic():
        _lock(kept)
        row = kept.model.objects.get(pk=code)
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        row.active = bool(said.pop("active", row.active))
        if not row.active and not kept.model.objects.filter(active=True).exclude(pk=code).exists():
            raise ValidationError({"active": [_("The list needs one row that can be chosen. Make another one first.")]})
        _say(kept, row, said)
        row.save()
    return row  # type: ignore[no-any-return]


def move_row(actor: Actor, kept: Kept, code: str, *, up: bool) -> ListRow:
    """One step up or down, as the list stands; the first and the last stay. Raises Refused."""
    _require(actor)
    with transaction.atomic():
        rows = _lock(kept)
        place = next(place for place, row in enumerate(rows) if row.pk == code)
        other = place - 1 if up else place + 1
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
            for order, row in enumerate(rows, start=1):
                if row.order != order:
                    row.order = order
                    row.save(update_fields=["order"])
    found: ListRow = next(row for row in rows if row.pk == code)
    return found


def _require(actor: Actor) -> None:
    verdict = may_keep(actor)
    if not verdict:
        raise Refused(verdict.reason)


def _lock(kept: Kept) -> list[Any]:
    """The rows in their order. One at a time: also who adds a row waits here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"matching.list.{kept.slug}"])
    return list(kept.model.objects.select_for_update(no_key=True).order_by("order", "pk"))


def _say(kept: Kept, row: Any, said: Mapping[str, Any]) -> None:
    row.name = tidy(str(said.get("name", row.name) or ""))
    row.name_en = tidy(str(said.get("name_en", row.name_en) or "")) or row.name
    if kept.may_be_constructed:
        row.constructed = bool(said.get("constructed", row.constructed))
    wrong: dict[str, list[str]] = {}
    if not row.name:
        wrong["name"] = [_("Write what it is called.")]
    for name in ("name", "name_en"):
        if len(getattr(row, name)) > 60:
            wrong[name] = [_("Write at most 60 characters.")]
    alike = [each for each in kept.model.objects.exclude(pk=row.pk) if fold(each.name) == fold(row.name)]
    if alike and "name" not in wrong:
        text = (
            _("%(name)s is in the list already.")
            if alike[0].active
            else _("%(name)s is in the list already, but taken out of use. Let it be chosen again instead.")
        )
        wrong["name"] = [text % {"name": alike[0].name}]
    if wrong:
        raise ValidationError(wrong)


def _code(kept: Kept, name: str) -> str:
    """Out of the Danish name, once and for all."""
    latin = name.lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    plain = re.sub(r"[^a-z0-9]+", "_", latin).strip("_")[:34] or "row"
    taken = set(kept.model.objects.filter(pk__startswith=plain).values_list("pk", flat=True))
    return next(code for code in (plain, *(f"{plain}_{turn}" for turn in range(2, 1000))) if code not in taken)
