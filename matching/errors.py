"""How a registration is refused: in words, and at the field it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


class Invalid(Exception):  # what it says, as Django's DoesNotExist does
    """`errors` is field name -> what to do, in the person's language. Nothing was written."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__("; ".join(f"{field}: {' '.join(texts)}" for field, texts in errors.items()))
        self.errors = {field: list(texts) for field, texts in errors.items()}


@dataclass(frozen=True)
class Twin:
    """All that is shown of somebody else's match: its partner, its month (the first of it) and its type."""

    partner: str
    month: date
    match_type: str


class LikelyTwin(Exception):
    """The same match seems to be registered already. Nothing was written; a reason says why it is another one."""

    def __init__(self, twins: Sequence[Twin]) -> None:
        super().__init__(f"{len(twins)} like it")
        self.twins = list(twins)
