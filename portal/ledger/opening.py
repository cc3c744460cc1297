"""Which facts a reader may open: those whose record the reader may open, as the app that owns the measure says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Q

from portal.ledger import registry

if TYPE_CHECKING:
    from portal.identity.actor import Actor


def openable(measures: Iterable[str], actor: Actor) -> Q:
    """A condition on facts of `measures`. Erased records open nothing. No query of its own."""
    condition = Q(pk__in=[])
    for measure in measures:
        visible = registry.get(measure).visible(actor)
        if visible is not None:
            condition |= Q(measure=measure, record__measure=measure, record__source_id__in=visible)
    return condition
