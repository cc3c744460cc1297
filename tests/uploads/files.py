"""Spreadsheets made by hand, part for part, so that each can be broken where a test wants it broken."""

import io
import struct
import zipfile

import xlsxwriter

ROWS = [["dag", "svar", "antal"], ["31.01.2021", "9", "1"], ["01.02.2021", "10", "2"]]


def packed(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return target.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return {name: book.read(name) for name in book.namelist()}


def xlsx(rows: list[list[str]] = ROWS) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("Svar")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return target.getvalue()


def xlsx_with(name: str, content: bytes) -> bytes:
    return packed({**parts_of(xlsx()), name: content})


MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 office:version="1.3"><office:body><office:spreadsheet><table:table table:name="Svar">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"""
CELL = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
DAY = '<table:table-cell office:value-type="date" office:date-value="{}"><text:p>{}</text:p></table:table-cell>'
NUMBER = '<table:table-cell office:value-type="float" office:value="{0}"><text:p>{0}</text:p></table:table-cell>'


def ods(days: list[str] | None = None) -> bytes:
    """A heading and a row for each ISO day: real dates and numbers, as LibreOffice writes them."""
    heading = "".join(CELL.format(name) for name in ROWS[0])
    lines = [DAY.format(day, day) + CELL.format("9") + NUMBER.format("2") for day in days or ["2021-01-31"]]
    rows = "".join(f"<table:table-row>{line}</table:table-row>" for line in [heading, *lines])
    return packed({
        "mimetype": MIMETYPE,
        "content.xml": CONTENT.format(rows=rows).encode(),
        "META-INF/manifest.xml": b'<?xml version="1.0"?><manifest:manifest '
        b'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3"/>',
    })  # fmt: skip


def lying(content: bytes, size: int) -> bytes:
    """The same with another unpacked size in its list of parts."""
    place = content.index(b"PK\x01\x02")
    return content[: place + 24] + struct.pack("<I", size) + content[place + 28 :]
