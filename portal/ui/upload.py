"""What a file really is, by its content: its name and what the browser calls it are not asked.

A form takes an UploadField; a file that is refused says why at the field. Spreadsheets are looked into before anything
reads them: no macros, no links to other files, no objects, no data connections, no document types, nothing that grows
without end when it is unpacked.
"""

import codecs
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import BadRequest, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext as _

from portal.privacy.cpr import without_cpr

MEGABYTE = 1024 * 1024
CHUNK = 256 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
DOCUMENT_TYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# The same in the other encodings that XML may come in.
WIDE_TYPE = [text.encode(encoding) for text in ("<!DOCTYPE", "<!ENTITY") for encoding in ("utf-16-le", "utf-16-be")]
MARKUP = re.compile(r"\s*<(?:!doctype|html|head|body|script|svg|\?xml|\?php|iframe|table|meta)", re.IGNORECASE)
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


class Kind(StrEnum):
    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"
    ODS = "ods"


@dataclass(frozen=True)
class Upload:
    content: bytes
    name: str
    """As `clean_name` leaves it."""
    kind: Kind


class UploadField(forms.FileField):
    """A file of one of `kinds` and at most `most` bytes; its cleaned value is an Upload."""

    def __init__(self, *, kinds: Iterable[Kind], most: int, **options: Any) -> None:
        self.kinds, self.most = frozenset(kinds), most
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # Only what the file picker shows first.
        return {**super().widget_attrs(widget), "accept": ",".join(sorted(f".{kind}" for kind in self.kinds))}

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if not isinstance(file, UploadedFile):
            return file
        if file.size is None or file.size > self.most:
            said = {"size": self.most // MEGABYTE}
            raise ValidationError(_("The file is larger than %(size)s MB. Divide it.") % said)
        content = file.read(self.most + 1)
        return Upload(content, clean_name(file.name or ""), examine(content, self.kinds))


class LimitHandler(FileUploadHandler):
    """The first of the handlers: a request that is too large is refused before its body is read."""

    def handle_raw_input(
        self, input_data: Any, meta: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        if content_length > settings.UPLOAD_MOST_REQUEST:
            said = {"size": settings.UPLOAD_MOST_REQUEST // MEGABYTE}
            raise BadRequest(_("What you sent is larger than %(size)s MB. Nothing was saved. Divide the file.") % said)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def clean_name(name: str) -> str:
    """A name that can stand on a page and in a list: the last part, without signs that nobody sees and CPR numbers."""
    last = re.split(r"[\\/]", name)[-1]
    seen = "".join(char for char in last if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    return without_cpr(" ".join(seen.split()))[:200] or "fil"


def examine(content: bytes, allowed: Iterable[Kind]) -> Kind:
    """Which kind it is. Raises ValidationError with what to do when it is none of `allowed` or cannot be trusted."""
    allowed = frozenset(allowed)
    if not content:
        raise ValidationError(_("The file is empty."))
    if content.startswith(OLE):
        raise ValidationError(
            _("This is an old Office file, or one with a password. Save it as .xlsx without a password.")
        )
    kind = _package(content) if content[:2] == b"PK" else _text(content)
    if kind is Kind.JSON and Kind.CSV in allowed and Kind.JSON not in allowed:
        kind = Kind.CSV  # a table may begin with a bracket
    if kind not in allowed:
        said = {"kinds": ", ".join(sorted(f".{each}" for each in allowed))}
        raise ValidationError(_("A file of this kind is not read here. Choose one of these: %(kinds)s.") % said)
    return kind


def _text(content: bytes) -> Kind:
    unreadable = _("This is neither a table nor text that can be read. Save it as CSV (UTF-8) or as .xlsx.")
    wide = content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        if wide:
            raise ValidationError(unreadable) from None
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            raise ValidationError(unreadable) from None
    if CONTROLS.search(text) or content.startswith((b"%PDF-", b"{\\rtf", b"#!")):
        raise ValidationError(unreadable)
    if MARKUP.match(text):
        raise ValidationError(_("This is a web page or XML, not a table. Save it as CSV or as .xlsx."))
    return Kind.JSON if text.lstrip()[:1] in {"{", "["} else Kind.CSV


def _package(content: bytes) -> Kind:
    """A spreadsheet in a zip file, looked into whole."""
    unreadable = _("The file cannot be unpacked: it is damaged, has a password, or is no spreadsheet. Save it again.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _sizes(packed, len(content))
            kind = _spreadsheet(packed)
            _parts(packed, kind)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError, KeyError,
            OverflowError, UnicodeError) as problem:  # fmt: skip
        raise ValidationError(unreadable) from problem
    return kind


def _sizes(packed: zipfile.ZipFile, size: int) -> None:
    entries = packed.infolist()
    names = [entry.filename for entry in entries]
    strange = any(
        name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/") or len(name) > 300
        for name in names
    )
    if strange or len(set(names)) != len(names) or any(entry.flag_bits & 0x1 for entry in entries):
        raise zipfile.BadZipFile
    total = sum(entry.file_size for entry in entries)
    swollen = total > 10 * MEGABYTE and total > settings.UPLOAD_MOST_RATIO * size
    if len(entries) > settings.UPLOAD_MOST_ENTRIES or total > settings.UPLOAD_MOST_UNPACKED or swollen:
        raise ValidationError(_("The file is too large when it is unpacked. Divide it, or save it as CSV."))


def _spreadsheet(packed: zipfile.ZipFile) -> Kind:
    names = set(packed.namelist())
    if "mimetype" in names and "content.xml" in names:
        if packed.read("mimetype").strip() != OPEN_DOCUMENT:
            raise ValidationError(_("This is a document and not a spreadsheet. Save the table as .xlsx, .ods or CSV."))
        return Kind.ODS
    if "[Content_Types].xml" not in names:
        raise ValidationError(_("This is a packed file and not a spreadsheet. Unpack it, and choose the table in it."))
    types = packed.read("[Content_Types].xml")
    if b"macroEnabled" in types:
        raise ValidationError(_with_macros())
    if SHEET not in types or "xl/workbook.xml" not in names:
        raise ValidationError(_("This is a document and not a spreadsheet. Save the table as .xlsx, .ods or CSV."))
    return Kind.XLSX


def _with_macros() -> str:
    return _("The file holds macros or scripts. Save it as .xlsx without them.")


def _parts(packed: zipfile.ZipFile, kind: Kind) -> None:
    """Every part is read to its end, which also shows whether its size and its sum are what the file says."""
    for entry in packed.infolist():
        name = entry.filename.lower()
        if "vbaproject" in name or "vbadata" in name or name.startswith(("basic/", "scripts/", "xl/macrosheets/")):
            raise ValidationError(_with_macros())
        if name.startswith(("xl/externallinks/", "xl/querytables/")) or name == "xl/connections.xml":
            raise ValidationError(
                _("The file fetches values from other files or databases. Save a copy with the values themselves.")
            )
        objects = ("xl/embeddings/", "xl/activex/", "xl/ctrlprops/", "objectreplacements/", "object ")
        if name.startswith(objects) or "oleobject" in name:
            raise ValidationError(_("The file holds objects from other programs. Save a copy with the table alone."))
        _part(packed, entry, kind)


def _part(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, kind: Kind) -> None:
    markup = entry.filename.lower().endswith((".xml", ".rels", ".vml")) or entry.filename == "mimetype"
    with packed.open(entry) as part:
        tail, length = b"", 0
        while chunk := part.read(CHUNK):
            length += len(chunk)
            if length > settings.UPLOAD_MOST_UNPACKED:
                raise zipfile.BadZipFile
            seen = tail + chunk
            if markup and (DOCUMENT_TYPE.search(seen) or any(wide in seen for wide in WIDE_TYPE)):
                raise ValidationError(_("The file holds a document type, which no spreadsheet needs. Save it again."))
            if kind is Kind.ODS and b"encryption-data" in seen and "manifest" in entry.filename:
                raise zipfile.BadZipFile
            tail = seen[-32:]
