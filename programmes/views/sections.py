"""What an initiative's page is put together of, and what a plan's leads on to. Each part of programmes, and other apps,
add their own and touch no other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from portal.identity.actor import Actor
from portal.ui.tables import Table
from programmes.models import Initiative, Programme


@dataclass(frozen=True)
class Section:
    """A heading with a text, a table, links (title, address) or a template of its own, in this order.

    `template` is given `section` and `context`.
    """

    heading: str
    text: str = ""
    table: Table | None = None
    links: tuple[tuple[str, str], ...] = ()
    template: str = ""
    context: dict[str, Any] = field(default_factory=dict)


PLAN_LINKS: list[Callable[[Programme], tuple[str, str]]] = []
"""Title and address of what other apps show of a plan."""

SECTIONS: list[Callable[[Initiative, Actor], Section | None]] = []
"""In the order of the page. None is no section: there is nothing to say."""


def section(function: Callable[[Initiative, Actor], Section | None]) -> Callable[[Initiative, Actor], Section | None]:
    """Adds a section at the end of the page."""
    SECTIONS.append(function)
    return function
