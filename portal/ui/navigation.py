"""The main menu: an app adds its entries in AppConfig.ready(); the frame shows those the reader may use."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class NavItem:
    """`action` is a key of portal.identity.rights; None shows the entry to everybody who is signed in.

    `below` are further addresses that belong to the entry, as their beginnings: "/programmer/".
    """

    title: str | Promise
    url_name: str
    action: str | None = None
    order: int = 100
    below: tuple[str, ...] = ()


_items: dict[str, NavItem] = {}


def add(item: NavItem) -> None:
    """Adding the same url name again replaces the entry, so that a reload does no harm."""
    _items[item.url_name] = item


def items() -> list[NavItem]:
    return sorted(_items.values(), key=lambda item: (item.order, item.url_name))
