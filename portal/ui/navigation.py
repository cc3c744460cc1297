"""The main menu: an app adds its entries in AppConfig.ready(); the frame shows those the reader may use.

Entries that belong together stand under one group: the menu shows the group, and its entries where one of them is open.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class NavGroup:
    """Stands in the menu at `order`, and leads to the first of its entries that the reader may use."""

    title: str | Promise
    order: int


PLANS = NavGroup(_("Plans and money"), 15)
COMPANIES = NavGroup(_("Companies and people"), 30)
RESULTS = NavGroup(_("Results"), 40)
RUNNING = NavGroup(_("Administration"), 800)


@dataclass(frozen=True)
class NavItem:
    """`action` is a key of portal.identity.rights; None shows the entry to everybody who is signed in.

    `below` are further addresses that belong to the entry, as their beginnings: "/programmer/". `group` is where it
    stands; without one it stands in the menu itself. `order` is its place there.
    """

    title: str | Promise
    url_name: str
    action: str | None = None
    order: int = 100
    below: tuple[str, ...] = ()
    group: NavGroup | None = None


_items: dict[str, NavItem] = {}


def add(item: NavItem) -> None:
    """Adding the same url name again replaces the entry, so that a reload does no harm."""
    _items[item.url_name] = item


def items() -> list[NavItem]:
    return sorted(_items.values(), key=lambda item: (item.order, item.url_name))
