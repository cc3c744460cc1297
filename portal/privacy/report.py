"""The answer to "what do you hold on me": every holding's rows, why they are held and for how long, and when and for
what they were looked up. Nobody else is named in it: of look-ups the organisation, not the employee."""

from collections.abc import Collection, Iterator
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import ForeignKey, Q
from django.utils import timezone
from django.utils.text import capfirst

from portal.audit import names, recording
from portal.audit.models import Opening
from portal.identity.models import User
from portal.privacy import registry, words
from portal.privacy.registry import Holding, SubjectKind
from portal.ui import formats

MOST_LOOKUPS = 5000


def report(kind: SubjectKind, pk: int, organisations: Collection[int]) -> dict[str, Any]:
    """Everything that these organisations answer for or share with others, in words and in a form that a program
    reads."""
    held = registry.holdings(kind.key)
    sections = [section for each in held if (section := _section(each, pk, organisations))]
    return {
        "about": str(kind.title),
        "made_at": timezone.now().isoformat(),
        "holdings": sections,
        "lookups": list(_lookups(held, pk, organisations)),
    }


def _section(held: Holding, pk: int, organisations: Collection[int]) -> dict[str, Any] | None:
    keys = [each.name for each in held.model._meta.concrete_fields if isinstance(each, ForeignKey)]
    shown = [name for name in keys if name in held.shows]
    rows = held.rows(pk).filter(held.own(organisations))
    if shown:  # without a name every table within five steps would be joined, and the planner works for minutes
        rows = rows.select_related(*shown)
    told = [_row(held, row) for row in rows]
    if not told:
        return None
    activity = next(each for each in registry.activities() if each.key == held.activity)
    return {
        "table": words.table_name(held),
        "processing": str(activity.title),
        "purpose": str(activity.purpose),
        "basis": str(activity.basis),
        "recipients": str(activity.recipients),
        "kept": words.kept(held),
        "when_erased": words.treated(held),
        "columns": [words.column(held.model, name) for name in held.shows],
        "rows": told,
    }


def _row(held: Holding, row: Any) -> dict[str, Any]:
    return {
        "change": held.change(row) if held.change is not None else "",
        "values": [value(held, row, name) for name in held.shows],
    }


def value(held: Holding, row: Any, name: str) -> str:
    """As a person reads it. A colleague's name is not told: the column then says nothing."""
    field = next((each for each in held.model._meta.get_fields() if each.name == name), None)
    found = getattr(row, name)
    found = found() if callable(found) else found
    if found is None or found == "":
        return ""
    if isinstance(found, User):
        return ""
    if isinstance(found, bool):
        return names.value_text(held.model._meta.db_table, name, found)
    if getattr(field, "choices", None):
        return str(getattr(row, f"get_{name}_display")())
    if isinstance(field, ArrayField):
        choices = dict(field.base_field.choices or ())
        return ", ".join(str(choices.get(each, each)) for each in found)
    if field is not None and field.get_internal_type() == "DateTimeField":
        return formats.moment_da(found)
    if field is not None and field.get_internal_type() == "DateField":
        return formats.date_da(found)
    return str(getattr(found, "label", "") or found)


def _lookups(held: list[Holding], pk: int, organisations: Collection[int]) -> Iterator[dict[str, str]]:
    """When and for what (Datatilsynet's practice since 2024-07-02), newest first."""
    wanted = Q(pk__in=[])
    for each in held:
        noted = recording.people_kind(each.model._meta.db_table)
        if noted and each.subject != "user":
            keys = [
                str(key)
                for key in each.rows(pk).filter(each.own(organisations)).order_by().values_list("pk", flat=True)
            ]
            wanted |= Q(kind=noted, keys__overlap=keys)
    for entry in Opening.objects.filter(wanted).select_related("organisation").order_by("-id")[:MOST_LOOKUPS]:
        table = recording.people_kinds().get(entry.kind, "")
        yield {
            "at": formats.moment_da(entry.at),
            "record": capfirst(names.kind_of(table)) if table else entry.kind,
            "purpose": str(entry.get_purpose_display()),
            "organisation": entry.organisation.name if entry.organisation is not None else "",
        }
