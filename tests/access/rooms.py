"""Rooms of the world that say all that the generated tests ask of them in one module each."""

from typing import Any

from tests.access import contacts, day, guidance, long_files, people, privacy, referrals

ROOMS: tuple[Any, ...] = (contacts, day, guidance, long_files, people, privacy, referrals)


def gathered(what: str) -> dict[str, Any]:
    """The rooms' dictionaries of that name as one. Two that say something of the same address are a fault."""
    found: dict[str, Any] = {}
    for room in ROOMS:
        said = getattr(room, what)
        assert not set(said) & set(found), f"{room.__name__} and another room both say {sorted(set(said) & set(found))}"
        found |= said
    return found
