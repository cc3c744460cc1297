"""The Danish of every text: complete, and in the agreed words."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings

from portal.ui import messages

AGREED = {
    "not reported": "ikke indberettet",
    "not relevant": "ikke relevant",
    "settled later": "opgøres senere",
    "not stated in the source": "ikke oplyst i kilden",
    "unresolved": "uafklaret",
    "Accessibility statement": "Tilgængelighedserklæring",
}


@pytest.fixture(scope="module")
def found() -> Catalog:
    return messages.extract(Path(settings.BASE_DIR))


def test_every_text_has_danish(found: Catalog) -> None:
    assert messages.problems(messages.load(messages.po_path()), found) == []


def test_every_text_can_be_found() -> None:
    assert messages.unseen(Path(settings.BASE_DIR)) == []


@pytest.mark.parametrize(
    "call",
    [
        """f"{told} {_('In the middle')}\"""",
        """_(f"Hello {name}")""",
        """_("One" if one else "Other")""",
        """_("Put " + together)""",
        """ngettext(f"{number} match", "matches", number)""",
    ],
)
def test_a_text_that_cannot_be_found_is_named_with_its_place(house: Path, call: str) -> None:
    (house / "portal" / "words.py").write_text(f"from django.utils.translation import gettext as _\n\n\nx = {call}\n")
    (line,) = messages.unseen(house)
    assert line.startswith("cannot be found: portal/words.py:4 ")


def test_the_agreed_words_are_used() -> None:
    danish = messages.load(messages.po_path())
    assert {key: message.string for key in AGREED if (message := danish.get(key))} == AGREED


def test_the_file_does_not_change_when_the_code_does_not(found: Catalog) -> None:
    path = messages.po_path()
    again = messages.updated(messages.load(path), messages.extract(Path(settings.BASE_DIR)))
    assert messages.text_of(again) == path.read_text(encoding="utf-8")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    (tmp_path / "portal").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "portal" / "a.py").write_text(
        '_("One text")\nngettext("%(n)s match", "%(n)s matches", n)\npgettext("month", "May")\nother("not a text")\n'
    )
    (tmp_path / "templates" / "a.html").write_text(
        '{% load i18n %}{% translate "In a template" %}'
        "{% blocktranslate with a=b %}Write to {{ a }}{% endblocktranslate %}"
    )
    return tmp_path


def test_texts_are_found_in_code_and_templates(house: Path) -> None:
    ids = {message.id if isinstance(message.id, str) else message.id[0] for message in messages.extract(house)}
    assert ids - {""} == {"One text", "%(n)s match", "May", "In a template", "Write to %(a)s"}


def test_each_gap_is_named(house: Path) -> None:
    found = messages.extract(house)
    catalog = messages.updated(Catalog(locale="da"), messages.extract(house))
    messages.translate(catalog, {"One text": "En tekst", "%(n)s match": ["%(n)s match", "%(n)s match"]})
    lines = "\n".join(messages.problems(catalog, found))
    assert "One text" not in lines
    assert "no Danish: 'May' (month)" in lines
    assert "no Danish: 'In a template'" in lines
    messages.translate(catalog, {"In a template": "I en skabelon", "Write to %(a)s": "Skriv til %(b)s"})
    assert "the placeholders differ: 'Write to %(a)s'" in "\n".join(messages.problems(catalog, found))


def test_what_leaves_the_code_is_kept_as_obsolete_and_comes_back(house: Path) -> None:
    catalog = messages.updated(Catalog(locale="da"), messages.extract(house))
    messages.translate(catalog, {"One text": "En tekst"})
    code = house / "portal" / "a.py"
    text = code.read_text()
    code.write_text("")
    po = house / "django.po"
    po.write_text(messages.text_of(messages.updated(catalog, messages.extract(house))))
    assert '#~ msgstr "En tekst"' in po.read_text()
    assert "no longer in the code" in "\n".join(messages.problems(messages.load(po), messages.extract(house)))
    code.write_text(text)
    back = messages.updated(messages.load(po), messages.extract(house))
    message = back.get("One text")
    assert message is not None
    assert message.string == "En tekst"
    assert not back.obsolete


def test_the_compiled_file_is_written_whole(house: Path) -> None:
    po = house / "django.po"
    catalog = messages.updated(Catalog(locale="da"), messages.extract(house))
    messages.translate(catalog, {"One text": "En tekst"})
    po.write_text(messages.text_of(catalog))
    mo = messages.compile_mo(po)
    assert b"En tekst" in mo.read_bytes()
    assert list(house.glob("*.new")) == []
