"""Checking a rule's data: each check gives the problems at its field."""

from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from reporting.rules.scoring.kinds import Params, Problem
from reporting.rules.values import exact

FULL = Fraction(100)


def read(params: Params, name: str) -> Fraction | None:
    """The number at `name`, None when there is none."""
    try:
        return exact(params.get(name))
    except ValueError:
        return None


def number(params: Params, name: str, at: str = "") -> list[Problem]:
    if read(params, name) is None:
        return [Problem(at + name, _("Write a number such as 60 or 34.7."))]
    return []


def score(params: Params, name: str, at: str = "") -> list[Problem]:
    """A score is a number from 0 to 100."""
    found = read(params, name)
    if found is None:
        return number(params, name, at)
    if not 0 <= found <= FULL:
        return [Problem(at + name, _("A score is between 0 and 100 per cent."))]
    return []


def choice(params: Params, name: str, choices: Collection[str], default: str = "", at: str = "") -> list[Problem]:
    if params.get(name, default) not in tuple(choices):
        return [Problem(at + name, _("Choose one of the possibilities."))]
    return []


def truth(params: Params, name: str, at: str = "") -> list[Problem]:
    if not isinstance(params.get(name, False), bool):
        return [Problem(at + name, _("Say yes or no."))]
    return []


def unknown(params: Params, known: Collection[str], at: str = "") -> list[Problem]:
    """Words the rule does not have: misspelt, they would change what is scored without a word."""
    return [
        Problem(f"{at}{name}", _("The rule does not have this field.")) for name in sorted(set(params) - set(known))
    ]


def rows(params: Params, name: str) -> tuple[list[Mapping[str, Any]], list[Problem]]:
    """The list at `name`, and what is wrong with it as a list."""
    found = params.get(name)
    if not isinstance(found, list) or not found or not all(isinstance(row, Mapping) for row in found):
        return [], [Problem(name, _("Write at least one row."))]
    return found, []


def keys(listed: list[Mapping[str, Any]], name: str) -> list[Problem]:
    """Every row has a key of its own, and a name."""
    problems: list[Problem] = []
    seen: set[str] = set()
    for place, row in enumerate(listed):
        key = row.get("key")
        if not isinstance(key, str) or not key or "." in key:
            problems.append(Problem(f"{name}.{place}.key", _("Give the row a key, without full stops.")))
        elif key in seen:
            problems.append(Problem(f"{name}.{place}.key", _("Another row has this key.")))
        else:
            seen.add(key)
        if not isinstance(row.get("name", ""), str):
            problems.append(Problem(f"{name}.{place}.name", _("Write the name as text.")))
    return problems
