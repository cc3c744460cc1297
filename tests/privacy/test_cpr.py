"""Text like a CPR number is stopped in forms, the API and files; other numbers of ten digits are not, or say why."""

from datetime import date

import pytest
from django import forms
from django.http import QueryDict
from rest_framework import serializers

from portal.audit import context
from portal.privacy.cpr import find_cpr, without_cpr
from portal.privacy.models import CprOverride
from portal.tabular.mapping import Chosen, Field, open_table, read_table
from portal.ui.api_writing import StrictSerializer
from portal.ui.forms import PortalForm
from tests.matching.conftest import World

TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Jens 010190-1234 ringede", "010190-1234"),
        ("0101901234", "0101901234"),
        ("cpr:0101901234.", "0101901234"),
        ("010190 1234", "010190 1234"),
        ("010190–1234", "010190–1234"),
        ("290200-4123", "290200-4123"),  # 2000 was a leap year
        ("311299-9123", "311299-9123"),  # 1999
        ("610190-1234", "610190-1234"),  # given by a hospital
        ("P-nr. 1003123456 og 010190-1234", "010190-1234"),
        ("Jens,0101901234,Aalborg", "0101901234"),
        ("cpr.0101901234", "0101901234"),
        ("Jens/010190-1234/Aalborg", "010190-1234"),
    ],
)
def test_what_looks_like_one(text: str, found: str) -> None:
    assert find_cpr(text, TODAY) == found


@pytest.mark.django_db
def test_what_only_looks_for_something_may_look_for_any_number(world: World) -> None:
    """A page that is shown writes nothing, so no reason could be kept; and nothing typed there is."""
    for more in ({}, {"cpr_another_number": "on", "cpr_why": "Et bilagsnummer"}):
        answer = world.client("hub").get("/virksomheder/", {"text": "0101901234", **more})
        assert answer.status_code == 200
        assert "ligner et CPR-nummer" not in answer.content.decode()
    assert not CprOverride.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Mødet blev holdt 31.01.2021 kl. 12",
        "310290-1234",  # no such day
        "290201-1234",  # 1901 was no leap year
        "011390-1234",  # no such month
        "010160-5123",  # the nineteenth century
        "010127-4123",  # 2027 has not come
        "+4512345678",
        "12345678",
        "01019012345",  # eleven digits
        "5701011234567",
        "0101901234,50",
        "1.010.190.123",
        "1.0101901234",
        "100,0101901234",
        "12/0101901234",
        "0101901234/2",
        "P-nr. 1003123456",
        "p-nummer: 1003123456",
        "P-enhed 1003123456",
        "Produktionsenhed 1003123456",
        "99000031",
        "2026-11-28 1234",
    ],
)
def test_what_does_not(text: str) -> None:
    assert find_cpr(text, TODAY) is None


def test_what_is_kept_unasked_has_a_mark_in_its_place() -> None:
    assert without_cpr("Jens 010190-1234, Ida 0202911234; nr. 4711") == "Jens xxxxxx-xxxx, Ida xxxxxx-xxxx; nr. 4711"
    assert without_cpr("P-nr. 1003123456") == "P-nr. 1003123456"


class NoteForm(PortalForm):
    note = forms.CharField(label="Bemærkning", required=False)
    number = forms.CharField(label="P-nummer", required=False)
    other = forms.IntegerField(required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["number"].other_numbers = True  # type: ignore[attr-defined]


def sent(text: str) -> QueryDict:
    return QueryDict(text)


@pytest.mark.django_db
def test_a_form_says_it_at_the_field_and_asks() -> None:
    form = NoteForm(sent("note=Jens 010190-1234"))
    assert not form.is_valid()
    assert "CPR" in str(form.errors["note"])
    assert form["note"].value() == "Jens 010190-1234"
    assert form.cpr == {"sure": False, "why": "", "at": "note"}  # type: ignore[attr-defined]
    assert not CprOverride.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "more", ["cpr_another_number=1", "cpr_why=Et journalnummer", "cpr_another_number=1&cpr_why=010190-1234"]
)
def test_without_both_it_stays_refused(more: str) -> None:
    assert not NoteForm(sent(f"note=010190-1234&{more}")).is_valid()


@pytest.mark.django_db
def test_with_a_reason_it_goes_and_the_reason_is_kept_without_the_number() -> None:
    context.stamp("matching:log")
    form = NoteForm(sent("note=010190-1234&cpr_another_number=1&cpr_why=Et journalnummer"))
    assert form.is_valid()
    kept = CprOverride.objects.get()
    assert (kept.field, kept.page, kept.reason) == ("Bemærkning", "matching:log", "Et journalnummer")


@pytest.mark.django_db
def test_while_another_field_is_wrong_the_reason_is_not_kept_yet() -> None:
    form = NoteForm(sent("note=010190-1234&other=x&cpr_another_number=1&cpr_why=Et journalnummer"))
    assert set(form.errors) == {"other"}
    assert form.cpr == {"sure": True, "why": "Et journalnummer", "at": "note"}  # type: ignore[attr-defined]
    assert not CprOverride.objects.exists()


def test_a_field_of_other_numbers_is_not_asked() -> None:
    assert NoteForm(sent("number=1003123456")).is_valid()


class KeySerializer(StrictSerializer):
    other_numbers = frozenset({"key"})
    key, note = serializers.CharField(), serializers.CharField(required=False)


def test_in_the_api_a_key_may_have_ten_digits() -> None:
    for sent, wrong in (
        ({"key": "0101901234"}, set()),
        ({"key": "010190-1234"}, {"key"}),
        ({"key": "1", "note": "0101901234"}, {"note"}),
    ):
        asked = KeySerializer(data=sent)
        asked.is_valid()
        assert set(asked.errors) == wrong


def test_in_a_file_it_is_a_fault_of_its_row() -> None:
    table = open_table("Navn;Bemærkning\nA;Studerende 010190-1234\nB;Studerende\n".encode(), ())
    fields = [Field("name", "Navn"), Field("note", "Bemærkning")]
    keys = {field.name: column.key for field, column in zip(fields, table.columns, strict=True)}
    first, second = read_table(table, fields, Chosen(keys))
    assert [fault.column for fault in first.faults] == ["Bemærkning"]
    assert second.faults == ()
