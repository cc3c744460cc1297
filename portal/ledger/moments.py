"""`as_of`, `place` and `after` as a caller of the API writes them, the same in every address that reads the ledger."""

import re
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter

from portal import ledger
from portal.ui.problems import invalid

AS_OF = OpenApiParameter(
    "as_of",
    {"type": "string", "format": "date"},
    description="As known at the end of this day in Copenhagen, YYYY-MM-DD; today at the latest. Left out: now.",
)
PLACE = OpenApiParameter(
    "place",
    {"type": "integer", "minimum": 0},
    description="As known at this place of the ledger. The as_of and place of an answer give that answer again.",
)
MOMENT = (AS_OF, PLACE)
MOMENT_NAMES = ("as_of", "place")


def as_of_in(given: QueryDict, as_of: str = "as_of", at: str = "place") -> ledger.AsOf | None:
    """What the caller wants the figures to be known as of; None is now. Raises Problem (400), one query at most.

    `as_of` and `at` are the names of the two parameters.
    """
    errors: dict[str, Any] = {}
    day, place = None, None
    as_of_text, place_text = given.get(as_of), given.get(at)
    if as_of_text is not None:
        try:
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", as_of_text):
                raise ValueError
            day = date.fromisoformat(as_of_text)
        except ValueError:
            errors[as_of] = _("Write the date as YYYY-MM-DD.")
    if place_text is not None:
        if re.fullmatch(r"[0-9]{1,18}", place_text):
            place = int(place_text)
        else:
            errors[at] = _("Write a whole number: the place that came with an earlier answer.")
    if errors:
        raise invalid(errors)
    if day is None and place is None:
        return None
    try:
        return ledger.AsOf.at(day, place)
    except ledger.FutureDate:
        raise invalid(
            {as_of: _("Nothing is known yet as of a day to come. Write today's date or an earlier one.")}
        ) from None
    except ledger.UnknownPlace:
        text = _("The ledger has not come to this place. Leave place out, or write one that came with an answer.")
        raise invalid({at: text}) from None


def after_in(given: QueryDict) -> int | None:
    """The place after which the caller asks; None without one. Raises Problem (400)."""
    text = given.get("after")
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise invalid({"after": _("Write a whole number: the place that came with an earlier answer.")})
    return int(text)
