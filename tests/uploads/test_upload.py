"""A file is what its content says; whatever comes, somebody is told at the field what to do, and nothing fails."""

import io
import zipfile
from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory, override_settings
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.ui.upload import MEGABYTE, Kind, UploadField, clean_name, examine
from tests.uploads import files

EVERY = frozenset(Kind)


@pytest.fixture(autouse=True)
def _danish() -> Iterator[None]:
    with translation.override("da"):
        yield


TABLE = "dag;svar\r\n31.01.2021;9\r\n"
DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (TABLE.encode(), Kind.CSV),
        (b"\xef\xbb\xbf" + TABLE.encode(), Kind.CSV),
        ("dag;bemærkning\n31.01.2021;sådan".encode("cp1252"), Kind.CSV),
        (TABLE.encode("utf-16"), Kind.CSV),
        (b"a<b;c\n1;2", Kind.CSV),
        (b' {"class": "dataset"}', Kind.JSON),
        (files.xlsx(), Kind.XLSX),
        (files.ods(), Kind.ODS),
    ],
)
def test_what_it_is(content: bytes, kind: Kind) -> None:
    assert examine(content, EVERY) is kind
    with pytest.raises(ValidationError, match="Vælg en af disse"):
        examine(content, EVERY - {kind} - ({Kind.CSV} if kind is Kind.JSON else set()))


BOMB = files.packed({**files.parts_of(files.xlsx()), "xl/worksheets/sheet9.xml": b"0" * (60 * MEGABYTE)})
REFUSED = {
    "empty": (b"", "tom"),
    "old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 900, "gammel Office-fil"),
    "pdf": (b"%PDF-1.7\n%\n", "hverken en tabel"),
    "program": (b"MZ\x90\x00\x03\x00", "hverken en tabel"),
    "picture": (b"\x89PNG\r\n\x1a\n\x00", "hverken en tabel"),
    "null": (b"dag;svar\n1\x00;2", "hverken en tabel"),
    "half a character": ("dag".encode("utf-16")[:-1], "hverken en tabel"),
    "no letter of Windows": (b"dag;\x81\x8d", "hverken en tabel"),
    "page": (b"<html><table><tr><td>1</td></tr></table></html>", "webside"),
    "script": (b"\xef\xbb\xbf <script>alert(1)</script>", "webside"),
    "svg": (b'<svg onload="x()">', "webside"),
    "xml": (DTD, "webside"),
    "macros": (files.xlsx_with("xl/vbaProject.bin", b"x"), "makroer"),
    "macro sheets": (files.xlsx_with("xl/macrosheets/sheet1.xml", b"<x/>"), "makroer"),
    "ods macros": (files.packed({**files.parts_of(files.ods()), "Basic/Standard/M.xml": b"<x/>"}), "makroer"),
    "links": (files.xlsx_with("xl/externalLinks/externalLink1.xml", b"<x/>"), "andre filer"),
    "connections": (files.xlsx_with("xl/connections.xml", b"<x/>"), "andre filer"),
    "object": (files.xlsx_with("xl/embeddings/oleObject1.bin", b"x"), "objekter"),
    "ods object": (files.packed({**files.parts_of(files.ods()), "Object 1/content.xml": b"<x/>"}), "objekter"),
    "entity": (files.xlsx_with("xl/sharedStrings.xml", DTD), "dokumenttype"),
    "wide entity": (files.xlsx_with("xl/sharedStrings.xml", DTD.decode().encode("utf-16")), "dokumenttype"),
    "late entity": (files.xlsx_with("xl/x.xml", b" " * (256 * 1024 - 4) + b"<!DOCTYPE x>"), "dokumenttype"),
    "ods entity": (files.packed({"mimetype": files.MIMETYPE, "content.xml": DTD}), "dokumenttype"),
    "bomb": (BOMB, "pakkes ud"),
    "many parts": (files.packed({**files.parts_of(files.xlsx()), **{f"p{n}": b"" for n in range(2001)}}), "pakkes ud"),
    "too large": (files.packed({f"p{n}": bytes([n % 251]) * 30 * MEGABYTE for n in range(4)}), "pakkes ud"),
    "a lie": (files.lying(files.xlsx(), 7), "ødelagt"),
    "up": (files.packed({**files.parts_of(files.xlsx()), "../../x": b""}), "ødelagt"),
    "root": (files.packed({**files.parts_of(files.xlsx()), "/etc/x": b""}), "ødelagt"),
    "cut": (files.xlsx()[:-40], "ødelagt"),
    "only begun": (b"PK\x03\x04", "ødelagt"),
    "packed": (files.packed({"svar.csv": b"1;2"}), "Pak den ud"),
    "document": (files.packed({"[Content_Types].xml": b"wordprocessingml.document.main+xml", "word/document.xml": b""}),
                 "dokument og ikke"),
    "text document": (files.packed({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}),
                      "dokument og ikke"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_what_to_do(name: str) -> None:
    content, words = REFUSED[name]
    with pytest.raises(ValidationError, match=words):
        examine(content, EVERY)


def test_a_macro_workbook_by_its_type() -> None:
    parts = files.parts_of(files.xlsx())
    types = parts["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    assert types != parts["[Content_Types].xml"]
    with pytest.raises(ValidationError, match="makroer"):
        examine(files.packed({**parts, "[Content_Types].xml": types}), EVERY)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (r"C:\Users\mette\svar.xlsx", "svar.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("sv\u202exslx.exe", "svxslx.exe"),
        ("a\x00\r\nb\u200b.csv", "ab.csv"),
        ("   ", "fil"),
        ("æ" * 300, "æ" * 200),
        ("<b>.csv", "<b>.csv"),  # the page escapes it
        ("Jens_010190-1234.csv", "Jens_xxxxxx-xxxx.csv"),
    ],
)
def test_names(sent: str, shown: str) -> None:
    assert clean_name(sent) == shown


def test_size_is_asked_before_anything_is_read() -> None:
    class Large(SimpleUploadedFile):
        def read(self, *size: int) -> bytes:
            raise AssertionError("read")

    file = Large("a.csv", b"1")
    file.size = MEGABYTE + 1
    with pytest.raises(ValidationError, match="større end 1 MB"):
        UploadField(kinds=[Kind.CSV], most=MEGABYTE).clean(file)


@override_settings(UPLOAD_MOST_REQUEST=MEGABYTE)
@pytest.mark.django_db
def test_a_request_that_is_too_large_is_refused_unread() -> None:
    answer = Client().post("/log-ind/", {"file": SimpleUploadedFile("a.csv", b"1" * (MEGABYTE + 1))})
    assert answer.status_code == 400
    assert "større end 1 MB" in answer.content.decode()
    assert RequestFactory().post("/", {"file": SimpleUploadedFile("a.csv", b"1")}).FILES["file"].size == 1


WHOLE = st.sampled_from([files.xlsx(), files.ods()])
CHANGES = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=8)
BROKEN = st.one_of(
    st.binary(max_size=300),
    st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail),
    st.tuples(WHOLE, CHANGES).map(lambda drawn: _changed(*drawn)),
    st.tuples(WHOLE, st.integers(0, 8000)).map(lambda drawn: drawn[0][: drawn[1]]),
)


@given(BROKEN)
def test_nothing_but_a_kind_or_a_message(content: bytes) -> None:
    try:
        kind = examine(content, EVERY)
    except ValidationError as refused:
        said = refused.messages[0]
    else:
        said = f"{kind in EVERY}."
    assert said.endswith(".")


def _changed(content: bytes, places: list[tuple[int, int]]) -> bytes:
    changed = bytearray(content)
    for place, value in places:
        changed[place % len(changed)] = value
    return bytes(changed)


def test_a_bomb_is_small_and_real() -> None:
    """What is refused above would have been let through by its size."""
    assert len(BOMB) < MEGABYTE
    assert zipfile.is_zipfile(io.BytesIO(BOMB))
