"""Danish order and Danish search, the same in Python and in every Postgres (no ICU needed).

Order: … x y z æ ø å, and "aa" sorts as å. Search: what people type for æ, ø, å folds to one form on both sides.
The SQL expressions and the Python functions must agree; a property test compares them.
"""

from django.db.models import Func, TextField
from django.utils.text import slugify

# Accented letters as the letters Danish sorts and reads them as: ä as æ, ö as ø, ü as y.
_ACCENTED, _PLAIN = "éèêëáàâíìîïóòôúùûñçäöü", "eeeeaaaiiiiooouuuncæøy"
_TO_PLAIN = str.maketrans(_ACCENTED, _PLAIN)


def _plain(text: str) -> str:
    return text.lower().translate(_TO_PLAIN).replace("aa", "å")


def sort_key(text: str) -> str:
    """The key by which `text` sorts among Danish texts, compared byte by byte."""
    return _plain(text).translate(str.maketrans("æøå", "{|}"))


def fold(text: str) -> str:
    """The form in which two spellings of one name are equal: "Aalborg", "Ålborg" and "ÅLBORG" alike."""
    return _plain(text).replace("ae", "æ").replace("oe", "ø")


# lower() of Postgres knows only ASCII where the database has the C locale, so the other capitals go first.
_PLAIN_SQL = (
    f"replace(translate(lower(translate(%(expressions)s, 'ÆØÅ{_ACCENTED.upper()}', 'æøå{_ACCENTED}')),"
    f" '{_ACCENTED}', '{_PLAIN}'), 'aa', 'å')"
)


def address_of(text: str) -> str:
    """The text as it can stand in an address: "Mål for børn" is "maal-for-boern"; "" where no letter or digit is."""
    written = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"})
    return slugify(text.translate(written)).strip("-_")


class SortKey(Func):
    """`sort_key` as an expression for a GeneratedField (store it with db_collation="C")."""

    template = f"translate({_PLAIN_SQL}, 'æøå', '{{|}}')"
    arity = 1
    output_field = TextField()


class Fold(Func):
    """`fold` as an expression for a GeneratedField."""

    template = f"replace(replace({_PLAIN_SQL}, 'ae', 'æ'), 'oe', 'ø')"
    arity = 1
    output_field = TextField()
