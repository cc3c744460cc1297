"""Danish order and search: the same in Python and in the database."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from portal.geography.danish import Fold, SortKey, fold, sort_key

ORDERED = [
    "Albertslund", "Allerød", "Vejle", "Wulff", "Zealand", "Ærø", "Østerild", "Aabenraa", "Åkirkeby", "Aalborg",
]  # fmt: skip
"""As ICU sorts them for da-DK."""


def test_aa_sorts_as_aa_with_a_ring() -> None:
    assert sorted(set(ORDERED), key=sort_key) == ORDERED


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("aalborg", "Ålborg"), ("ÅLBORG", "Aalborg"), ("soenderjylland", "Sønderjylland"), ("AEroe", "Ærø"),
        ("Café", "cafe"), ("Müller", "Myller"),
    ],
)  # fmt: skip
def test_two_spellings_of_one_name_fold_alike(typed: str, meant: str) -> None:
    assert fold(typed) == fold(meant)


def test_different_names_do_not() -> None:
    assert fold("Hals") != fold("Håls")


class TestInTheDatabase(TestCase):
    @given(st.text(alphabet="abcæøåÆØÅAaEeOoéÉüÜäÄöÖñÑçÇ xyzXYZ-.0189", max_size=12))
    @settings(max_examples=100, deadline=None)
    def test_the_database_agrees_with_python(self, text: str) -> None:
        for expression, function in ((SortKey, sort_key), (Fold, fold)):
            sql = expression.template % {"expressions": "%s::text"}
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {sql}", [text])
                assert cursor.fetchone() == (function(text),)
