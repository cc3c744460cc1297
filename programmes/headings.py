"""Nodes of the ledger's tree for what programmes makes."""

from datetime import date

from portal import ledger
from portal.ledger.models import Heading, HeadingParent


def new_heading(parent: Heading | None = None, learnt_on: date | None = None) -> Heading:
    """A heading below `parent` (None: at the top), always. Inside an entry; `learnt_on` in a history batch only."""
    heading = Heading.objects.create()
    ledger.define(HeadingParent(heading=heading, parent=parent, valid_from=None), learnt_on=learnt_on)
    return heading
