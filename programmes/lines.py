"""Lists as lines of text, the same in forms and in files: one thing a line, its parts between upright bars.

Erhverv Aarhus | projektleder                     partner, role
Rapport om kompetencer | leveret 30.06.2023       deliverable
Praktikpladsgaranti? | besvaret 01.02.2023        open question
Indstilling | https://…                           document
Start: primo 2023 | Kortlægning | nået 09.01.2023 milestone
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.ui import formats
from portal.ui.dates import DateError, parse_date
from programmes.initiatives import BAR, Item, Moment, Partner
from programmes.models import InitiativeItem, Milestone

T = TypeVar("T")
Kind = Milestone.Kind
MOMENT_WORDS = {
    "start": Kind.START,
    "frist": Kind.DEADLINE,
    "deadline": Kind.DEADLINE,
    "slut": Kind.END,
    "end": Kind.END,
}
"""Before the colon, in Danish and English; without one it is a milestone."""
SETTLED = re.compile(r"(?:leveret|besvaret|delivered|answered|nået|reached) (.+)", re.IGNORECASE)
CELLS = {InitiativeItem.Kind.DELIVERABLE: "leveret", InitiativeItem.Kind.QUESTION: "besvaret"}


def parts_of(line: str) -> list[str]:
    return [" ".join(part.split()) for part in line.split(BAR)]


def lines_of(text: str) -> list[str]:
    """The lines that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def read_partner(line: str) -> Partner:
    name, *rest = parts_of(line)
    if not name or len(rest) > 1:
        raise ValidationError(_("Write a name and perhaps a role: Erhverv Aarhus | project lead."))
    return Partner(name, rest[0] if rest else "")


def read_item(kind: str, line: str) -> Item:
    text, *rest = parts_of(line)
    if not text or len(rest) > 1:
        raise ValidationError(_("Write a text, and at most one thing after the bar."))
    after = rest[0] if rest else ""
    if kind == InitiativeItem.Kind.DOCUMENT:
        return Item(kind, text, link=after)
    if not after:
        return Item(kind, text)
    settled = SETTLED.fullmatch(after)
    if settled is None or kind not in CELLS:
        raise ValidationError(_("After the bar stands when it was delivered or answered: leveret 30.06.2023."))
    return Item(kind, text, settled_on=_day(settled[1]))


def read_moment(line: str) -> Moment:
    words, *rest = parts_of(line)
    before, colon, after = words.partition(":")
    kind = MOMENT_WORDS.get(before.strip().casefold()) if colon else None
    reached = SETTLED.fullmatch(rest[-1]) if rest else None
    name = rest[:-1] if reached else rest
    if len(name) > 1:
        raise ValidationError(_("Write when, what, and perhaps when it was reached: medio 2023 | Report."))
    if not words and not name:
        raise ValidationError(_("Write when, what, and perhaps when it was reached: medio 2023 | Report."))
    return Moment(
        after.strip() if kind else words,
        name[0] if name else "",
        kind or Kind.MILESTONE,
        _day(reached[1]) if reached else None,
    )


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except DateError as problem:
        raise ValidationError(str(problem)) from problem


def show_partner(partner: Partner) -> str:
    return _joined(partner.name, partner.role)


def show_item(item: Item) -> str:
    if item.kind == InitiativeItem.Kind.DOCUMENT:
        return _joined(item.text, item.link)
    word = CELLS.get(InitiativeItem.Kind(item.kind))
    return _joined(item.text, f"{word} {formats.date_da(item.settled_on)}" if word and item.settled_on else "")


def show_moment(moment: Moment) -> str:
    word = next((word for word, kind in MOMENT_WORDS.items() if kind == moment.kind), "")
    words = f"{word.capitalize()}: {moment.words}" if word else moment.words
    if moment.reached_on is None:
        return _joined(words, moment.name)
    return f" {BAR} ".join([_part(words), _part(moment.name), f"nået {formats.date_da(moment.reached_on)}"])


def _joined(first: str, second: str) -> str:
    return f"{_part(first)} {BAR} {_part(second)}" if second else _part(first)


def _part(text: str) -> str:
    """One that the rule never saw (an organisation's name, an old row) is written so that the line can be read."""
    return " ".join(text.replace(BAR, "/").split())


class LinesField(forms.CharField):
    """Things a line each; its cleaned value is a tuple of what `read` gives for each, `show` writes one."""

    def __init__(self, read: Callable[[str], T], show: Callable[[T], str] = str, **options: Any) -> None:
        self.read, self.show = read, show
        options.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(required=False, max_length=10_000, **options)

    def clean(self, value: Any) -> Any:
        return read_lines(self.read, super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(self.show(each) for each in value) if isinstance(value, tuple | list) else value


def read_lines(read: Callable[[str], T], text: str) -> tuple[T, ...]:
    """Raises ValidationError with every line that cannot be read and why."""
    found: list[T] = []
    faults: list[str] = []
    for line in lines_of(text):
        try:
            found.append(read(line))
        except ValidationError as refused:
            faults += [f"{line[:60]}: {message}" for message in refused.messages]
    if faults:
        raise ValidationError(faults)
    return tuple(found)


def write_lines(show: Callable[[T], str], things: Iterable[T]) -> str:
    return "\n".join(show(each) for each in things)
