"""The words of the trail: a table by its thing, a column by its field, a value by its label."""

import json
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import Field, ForeignKey, Model, TextField, Value
from django.db.models.functions import Cast
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.audit import recording, words
from portal.audit.models import Change
from portal.jobs.registry import jobs
from portal.ui import formats

LONGEST = 80
"""A longer value is cut in a list; the page of the change has it whole."""

Names = dict[tuple[type[Model], str], str]


def models_by_table() -> dict[str, type[Model]]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


def recorded_kinds() -> dict[str, str]:
    """table -> its name in words, of every table that is recorded."""
    exempt = recording.exemptions()
    return {table: _kind(table, model) for table, model in models_by_table().items() if table not in exempt}


def kind_of(table: str) -> str:
    """In words; the table's own name for one that is no longer there."""
    model = models_by_table().get(table)
    return _kind(table, model) if model else table


def _kind(table: str, model: type[Model]) -> str:
    return capfirst(str(words.TABLES.get(table, model._meta.verbose_name)))


def things_of(changes: Iterable[Change]) -> dict[int, str]:
    """What each changed row is called: by its own name, else by the name of what it is a part of, else its key.

    One query for all, whatever kinds there are.
    """
    leads: dict[int, tuple[type[Model], str]] = {}
    wanted: dict[type[Model], set[str]] = {}
    found: dict[int, str] = {}
    for change in changes:
        own = models_by_table().get(change.table)
        lead = (own, change.row) if own is not None and _naming(own) else _whole_of(change)
        if lead is not None and _naming(lead[0]):
            leads[change.pk] = lead
            wanted.setdefault(lead[0], set()).add(lead[1])
        found[change.pk] = change.row
    names = _names_of(wanted)
    for pk, lead in leads.items():
        if lead in names:
            found[pk] = f"{_cut(names[lead])} ({found[pk]})"
    return found


def _naming(model: type[Model]) -> str:
    """The column that a row of the model is called by; empty when it has none."""
    columns = {field.attname for field in model._meta.concrete_fields}
    return next((column for column in ("name", "title", "question") if column in columns), "")


def _whole_of(change: Change) -> tuple[type[Model], str] | None:
    said = {**(change.old or {}), **(change.new or {})}
    for whole, column in recording.wholes(change.table):
        model = models_by_table().get(whole)
        if model is not None and said.get(column) not in (None, ""):
            return model, str(said[column])
    return None


def _names_of(wanted: dict[type[Model], set[str]]) -> Names:
    asked = [
        model._default_manager.order_by()
        .annotate(of_table=Value(model._meta.db_table), of_row=Cast("pk", TextField()))
        .filter(of_row__in=keys)
        .values_list("of_table", "of_row", Cast(_naming(model), TextField()))
        for model, keys in wanted.items()
    ]
    if not asked:
        return {}
    tables = models_by_table()
    return {(tables[table], row): name for table, row, name in asked[0].union(*asked[1:], all=True)}


def columns_of(change: Change) -> list[str]:
    """The columns it tells of, in the order of the table."""
    said = {**(change.old or {}), **(change.new or {})}
    model = models_by_table().get(change.table)
    order = [field.attname for field in model._meta.concrete_fields] if model else []
    known = [column for column in order if column in said]
    return known + sorted(column for column in said if column not in known)


def field_of(table: str, column: str) -> "Field[Any, Any] | None":
    model = models_by_table().get(table)
    if model is None:
        return None
    return next((field for field in model._meta.concrete_fields if field.attname == column), None)


def column_name(table: str, column: str) -> str:
    field = field_of(table, column)
    if field is None:
        return column
    return capfirst(str(words.COLUMNS.get(str(field.verbose_name), field.verbose_name)))


def value_text(table: str, column: str, value: Any, names: Names | None = None) -> str:
    """How a value is shown. `names` are those of the rows that keys lead to (`names_in`)."""
    if value == recording.HIDDEN:
        return _("(not kept)")
    if value == recording.WITHHELD:
        return _("(protected)")
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    field = field_of(table, column)
    if isinstance(field, ForeignKey):
        name = (names or {}).get((field.related_model, str(value)))
        return f"{name} ({value})" if name else str(value)
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, list | dict):
        return _json(value)
    if isinstance(value, int | float):
        return str(value)
    return _moment(field, str(value))


def names_in(change: Change) -> Names:
    """The names of what its keys lead to: one query for each kind of thing. What is guarded has its number alone, for
    its name may say what its row says."""
    wanted: dict[type[Model], set[str]] = {}
    for said in (change.old or {}, change.new or {}):
        for column, value in said.items():
            field = field_of(change.table, column)
            if value in (None, "", recording.HIDDEN, recording.WITHHELD) or not isinstance(field, ForeignKey):
                continue
            if field.related_model._meta.db_table not in recording.guards():
                wanted.setdefault(field.related_model, set()).add(str(value))
    found: Names = {}
    for model, keys in wanted.items():
        for key, thing in model._default_manager.in_bulk(sorted(keys)).items():
            found[model, str(key)] = _name(thing)
    return found


def _name(thing: Model) -> str:
    return str(getattr(thing, "name", "") or thing)


def summary_of(change: Change) -> str:
    """The first fields of an update, old and new; of a row made or deleted only that."""
    if change.forgotten_at is not None:
        return _("What it said has been erased")
    if change.operation != Change.Operation.UPDATE:
        return ""
    told = [_from_to(name, _cut(before), _cut(after)) for name, before, after in _told(change)]
    more = len(told) - 3
    return "; ".join([*told[:3], *([_("and %(number)s more") % {"number": more}] if more > 0 else [])])


def whole_of(change: Change) -> str:
    """Every field, for a file."""
    return "; ".join(_from_to(*said) for said in _told(change))


def _from_to(name: str, before: str, after: str) -> str:
    return _("%(field)s: from %(before)s to %(after)s") % {"field": name, "before": before, "after": after}


def _told(change: Change) -> list[tuple[str, str, str]]:
    """(name of the field, before, after) of each."""
    old, new, table = change.old or {}, change.new or {}, change.table

    def shown(said: dict[str, Any], column: str) -> str:
        return value_text(table, column, said.get(column))

    return [(column_name(table, column), shown(old, column), shown(new, column)) for column in columns_of(change)]


def who_of(change: Change) -> str:
    """The person and for whom; of a job or a program its name; of a page before logging in that it was nobody yet."""
    if change.user_id is None:
        if change.request:
            return _("Somebody who was not logged in")
        kind, _space, name = change.source.partition(" ")
        if kind == "manage.py":
            return _("The program %(name)s") % {"name": name}
        if kind == "job":
            return str(jobs()[name].title if name in jobs() else name)
        return change.source or change.role
    name = change.user.name if change.user is not None else str(change.user_id)
    return f"{name}, {change.organisation.name}" if change.organisation is not None else name


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _moment(field: "Field[Any, Any] | None", text: str) -> str:
    """A day or a moment as the pages write it."""
    kind = field.get_internal_type() if field is not None else ""
    if kind not in ("DateField", "DateTimeField") or field is None:
        return text
    value = field.to_python(text)
    return formats.moment_da(value) if kind == "DateTimeField" else formats.date_da(value)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
