"""A list as a file: CSV as Danish spreadsheets read it, and Excel with real dates and numbers. Both are streamed.

Rows and columns are those of portal.ui.tables. Give rows as an iterator (`queryset.iterator(chunk_size=2000)`): memory
stays flat, and the rows are read in a read-only transaction of their own while the file is sent (portal.ui.middleware).
"""

import csv
import io
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from portal.ui import formats
from portal.ui.empty import EmptyValue
from portal.ui.tables import Cell, Column, lookup, show
from portal.ui.upload import clean_name

BOM = "\ufeff"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
MOST_BLANKS = 100
LONGEST = 32_767
"""Characters in a cell of Excel."""
CHUNK = 64 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def requested(request: HttpRequest) -> Literal["csv", "xlsx"] | None:
    """The kind of file the address asks for (`?export=csv`), None for the page."""
    asked = request.GET.get("export")
    return "csv" if asked == "csv" else "xlsx" if asked == "xlsx" else None


class Exported:
    """What leaves as a file; `rows` counts them as they go. The trail logs it (portal.audit.middleware)."""

    def __init__(self, filename: str, rows: Iterable[Any]) -> None:
        self.filename = filename
        self.rows = 0
        self._source = rows

    def __iter__(self) -> Iterator[Any]:
        for row in self._source:
            self.rows += 1
            yield row


def export_response(
    kind: Literal["csv", "xlsx"], name: str, columns: list[Column], rows: Iterable[Any]
) -> StreamingHttpResponse:
    """`name` without ending: "match" becomes match.csv or match.xlsx."""
    respond = csv_response if kind == "csv" else xlsx_response
    return respond(f"{name}.{kind}", columns, rows)


def is_formula(text: str) -> bool:
    """Would a spreadsheet take it for one? Signs that nobody sees before it do not hide it."""
    for place, char in enumerate(text):
        if char in DANGEROUS:
            return True
        if not (char.isspace() or unicodedata.category(char) in {"Cf", "Cc"}):
            return False
        if place > MOST_BLANKS:
            return True
    return False


def guarded(text: str) -> str:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    return f"'{text}" if is_formula(text) else text


def csv_text(value: Any, column: Column) -> str:
    """A value in a CSV cell: decimal comma and no thousands, dates dd.mm.åååå, text guarded."""
    if isinstance(value, Cell):
        value = value.value
    if isinstance(value, EmptyValue):
        return str(value.label)
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return formats.moment_da(value)
    if isinstance(value, date):
        return formats.date_da(value)
    if isinstance(value, int | Decimal | Fraction | float):
        return _plain(value, column).replace(".", ",")
    return guarded(show(value, Column(column.key, column.title)))


def csv_response(filename: str, columns: list[Column], rows: Iterable[Any]) -> StreamingHttpResponse:
    exported = Exported(filename, rows)
    return _response(exported, "text/csv; charset=utf-8", csv_lines(columns, exported))


def made_response(
    filename: str, content_type: str, rows: Iterable[Any], make: Callable[[Iterable[Any]], Iterator[bytes]]
) -> StreamingHttpResponse:
    """A file of another kind: `make` gives its content from the rows."""
    exported = Exported(filename, rows)
    return _response(exported, content_type, make(exported))


def csv_lines(columns: list[Column], rows: Iterable[Any]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write(BOM)
    writer.writerow([guarded(str(column.title)) for column in columns])
    for row in rows:
        writer.writerow([csv_text(lookup(row, column.key), column) for column in columns])
        if buffer.tell() > CHUNK:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def xlsx_response(filename: str, columns: list[Column], rows: Iterable[Any]) -> StreamingHttpResponse:
    exported = Exported(filename, rows)
    return _response(exported, XLSX, xlsx_chunks(columns, exported))


def xlsx_chunks(columns: list[Column], rows: Iterable[Any]) -> Iterator[bytes]:
    """The workbook is written row by row to a temporary file, then sent from it."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        # No guessing: text stays text (never a formula or a link), figures stay figures.
        workbook = Workbook(
            file.name,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        _write_sheet(workbook, columns, rows)
        workbook.close()
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def _write_sheet(workbook: Workbook, columns: list[Column], rows: Iterable[Any]) -> None:
    sheet = workbook.add_worksheet()
    head = {"bold": True, "text_wrap": True, "valign": "top"}
    bold, bold_text = workbook.add_format(head), workbook.add_format({**head, "quote_prefix": True})
    # Stays text when somebody opens the cell and presses Enter, or saves the file as CSV from Excel.
    text_only = workbook.add_format({"quote_prefix": True})
    day = workbook.add_format({"num_format": "dd.mm.yyyy"})
    moment = workbook.add_format({"num_format": "dd.mm.yyyy hh:mm"})
    figures = [workbook.add_format({"num_format": _excel_format(column)}) for column in columns]
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, max(12, min(40, len(str(column.title)) + 4)))
    for place, column in enumerate(columns):
        title = str(column.title)
        sheet.write_string(0, place, title, bold_text if is_formula(title) else bold)
    line = 0
    for line, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            value = lookup(row, column.key)
            if isinstance(value, Cell):
                value = value.value
            if isinstance(value, datetime):
                local = timezone.make_naive(value) if timezone.is_aware(value) else value
                sheet.write_datetime(line, place, local, moment)
            elif isinstance(value, date):
                sheet.write_datetime(line, place, value, day)
            elif isinstance(value, int | Decimal | Fraction | float) and not isinstance(value, bool):
                sheet.write_number(line, place, float(value), figures[place])
            elif value is not None and value != "":
                text = show(value, Column(column.key, column.title))
                if len(text) > LONGEST:
                    text = f"{text[: LONGEST - 1]}…"
                sheet.write_string(line, place, text, text_only if is_formula(text) else None)
    if columns:
        sheet.autofilter(0, 0, line, len(columns) - 1)


def _excel_format(column: Column) -> str:
    if column.kind == "percent":
        decimals = 1 if column.decimals is None else column.decimals
        return f"0.{'0' * decimals}%" if decimals else "0%"
    if column.decimals is None and column.kind != "money":
        return "General"
    places = 2 if column.decimals is None else column.decimals
    return f"#,##0.{'0' * places}" if places else "#,##0"


def _plain(value: int | Decimal | Fraction | float, column: Column) -> str:
    if column.decimals is not None and column.kind != "percent":
        return format(formats.rounded(value, column.decimals), "f")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int):
        return str(value)
    return format(formats.rounded(value, 10).normalize(), "f")


def file_name(name: str) -> str:
    """A name without folders, signs that nobody sees, or a beginning that a command or a spreadsheet would act on."""
    return clean_name(name).lstrip("".join(DANGEROUS) + ". ") or "fil"


def _response(exported: Exported, content_type: str, chunks: Iterator[bytes]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(chunks, content_type=content_type)
    response.exported = exported  # type: ignore[attr-defined]  # read by the trail
    response["Content-Disposition"] = content_disposition_header(True, file_name(exported.filename)) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
