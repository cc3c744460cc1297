"""Which disclosure class a measure has: what the data protection officer has set, else what the registry declares.

Everything that shows numbers asks here. A class that is set holds from the next question on, for numbers of any day.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField, JSONField, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.ledger import registry
from portal.ledger.models import DisclosureVersion, Measure
from portal.ledger.posting import define, entry

SET_DISCLOSURE = "ledger.set_disclosure"
SAID = """
    (SELECT jsonb_object_agg(newest.measure_id, newest.disclosure)
       FROM (SELECT DISTINCT ON (measure_id) measure_id, disclosure
               FROM ledger_disclosureversion ORDER BY measure_id, place DESC) AS newest)
"""
STRICTER: tuple[registry.Disclosure, ...] = ("open", "companies", "people")
"""Each hides at least what those before it hide."""

_asked: ContextVar[dict[str, Mapping[str, registry.Disclosure]] | None] = ContextVar("disclosure_classes", default=None)


@contextmanager
def asked_once() -> Iterator[None]:
    """Inside the block the classes are read at most once: for one answer to one reader. One inside belongs to it."""
    if _asked.get() is not None:
        yield
        return
    token = _asked.set({})
    try:
        yield
    finally:
        _asked.reset(token)


def classes() -> Mapping[str, registry.Disclosure]:
    """The class that holds now, by measure. One query."""
    kept = _asked.get()
    if kept is not None and "all" in kept:
        return kept["all"]
    found = _read()
    if kept is not None:
        kept["all"] = found
    return found


def beside() -> RawSQL:
    """What has been set, as a column of another question: give it to `classes_beside`. Asked once, not once per row."""
    return RawSQL(SAID, [], output_field=JSONField())  # noqa: S611  nothing of it is given from outside


def classes_beside(said: Mapping[str, Any] | None) -> Mapping[str, registry.Disclosure]:
    """`classes()` from what came with another question. No query."""
    kept, found = _asked.get(), _holding(said or {})
    if kept is not None:
        kept["all"] = found
    return found


def class_of(measure: str) -> registry.Disclosure:
    """The class that holds now. Raises Undeclared for a measure that nobody counts."""
    registry.get(measure)
    return classes()[measure]


def is_stricter(one: str, than: str) -> bool:
    return STRICTER.index(one) > STRICTER.index(than)


def newest_place() -> Coalesce:
    """The place of the newest version of any measure, as a column of another question; 0 before the first."""
    newest = DisclosureVersion.objects.order_by("-place").values("place")[:1]
    return Coalesce(Subquery(newest), Value(0), output_field=BigIntegerField())


def thing_of(measure: str) -> str:
    """The decision about a measure as forms and edits name it."""
    return versions.thing_of("disclosure", measure)


def newest_of(measure: str) -> DisclosureVersion | None:
    """What was decided last about the measure. One query."""
    return DisclosureVersion.objects.filter(measure=measure).select_related("set_by").order_by("-place").first()


def mark_of(newest: DisclosureVersion | None) -> str:
    """What tells decisions apart."""
    return str(newest.place if newest else 0)


def set_class(actor: Actor, measure: str, disclosure: str, reason: str, *, seen: versions.Seen | None = None) -> None:
    """Set the class of a measure from now on. Raises Refused, ValidationError by field (disclosure, reason), and
    Changed when something else has been decided than was `seen`."""
    rights.require(actor, SET_DISCLOSURE)
    definition, reason = registry.get(measure), reason.strip()
    problems: dict[str, list[str]] = {}
    if disclosure not in STRICTER:
        problems["disclosure"] = [_("Choose one of the classes.")]
    elif is_stricter(definition.least_disclosure, disclosure):
        problems["disclosure"] = [
            _("The measure is divided by a person's education, residence, age or unemployment. It stays among people.")
        ]
    elif class_of(measure) == disclosure:
        problems["disclosure"] = [_("The measure has this class already.")]
    if not reason:
        problems["reason"] = [_("Say why the class is set so.")]
    elif len(reason) > 500:
        problems["reason"] = [_("Use at most 500 characters.")]
    if problems:
        raise ValidationError(problems)
    with entry():
        Measure.objects.select_for_update(no_key=True).get(pk=measure)
        versions.settle(actor, thing_of(measure), seen=seen, now=mark_of(newest_of(measure)))
        define(DisclosureVersion(measure_id=measure, disclosure=disclosure, reason=reason, set_by=actor.user))


def _read() -> dict[str, registry.Disclosure]:
    newest = DisclosureVersion.objects.order_by("measure_id", "-place").distinct("measure_id")
    return _holding(dict(newest.values_list("measure_id", "disclosure")))


def _holding(said: Mapping[str, Any]) -> dict[str, registry.Disclosure]:
    found: dict[str, registry.Disclosure] = {}
    for definition in registry.all_measures():
        holds = said.get(definition.key, definition.disclosure)
        least = definition.least_disclosure
        found[definition.key] = least if is_stricter(least, holds) else holds
    return found
