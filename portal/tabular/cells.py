"""What a cell of a table says. Each function raises ValueError with what to write instead."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portal.ui.amounts import AmountError, read_amount
from portal.ui.dates import DateError, parse_date

CLOCK = re.compile(r"(?:T| +(?:kl\.? ?)?)\d{1,2}[.:]\d{2}(?:[.:]\d{2}(?:\.\d+)?)?Z?$")
"""The hour after a day, as systems export it."""
LONGEST = 2000


def text_of(cell: Any) -> str:
    """The cell as text. Spreadsheets keep 851 as 851.0."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def read_text(cell: Any) -> str:
    text = text_of(cell)
    if "\x00" in text or len(text) > LONGEST:
        raise ValueError(_("The text is too long."))
    return text


def read_day(cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return parse_date(CLOCK.sub("", str(cell).strip()))
    except DateError:
        raise ValueError(_("%(text)s is no date. Write it like 31.01.2021.") % {"text": str(cell)[:30]}) from None


def read_kroner(cell: Any) -> Decimal:
    """An amount with two decimals; it may be negative, since a voucher may be a credit."""
    try:
        return read_amount(cell, allow_negative=True).kroner
    except AmountError as problem:
        raise ValueError(str(problem)) from None
