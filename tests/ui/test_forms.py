"""Forms: what a screen reader is told, where a link in the error summary leads, and that nothing typed is lost."""

import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.ui.fields import CvrField, DateField, SmartDateField
from portal.ui.forms import MOST_TICKS, PortalForm, summary_of
from portal.ui.samples import SampleForm
from portal.ui.templatetags.ui import form_errors, form_field, form_fields


class Tags(HTMLParser):
    """All start tags of a page, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def ids(self) -> list[str]:
        return [attrs["id"] for _tag, attrs in self.tags if attrs.get("id")]

    def named(self, name: str) -> dict[str, str | None]:
        return next(attrs for _tag, attrs in self.tags if attrs.get("name") == name)


@pytest.fixture(autouse=True)
def _danish() -> Iterator[None]:
    with translation.override("da"):
        yield


def posted(**data: Any) -> SampleForm:
    return SampleForm(data)


def test_every_link_in_the_summary_leads_to_a_control_on_the_page() -> None:
    form = posted(agreed_day="31", agreed_month="x", agreed_year="2021", cvr="12345678")
    assert not form.is_valid()
    html = form_errors(form) + form_fields(form)
    tags = Tags(html)
    links = [attrs["href"] for tag, attrs in tags.tags if tag == "a"]
    assert len(links) == len(form.errors)
    for link in links:
        assert link is not None
        assert link.removeprefix("#") in tags.ids()
    assert len(tags.ids()) == len(set(tags.ids()))
    assert "#id_agreed_month" in links
    assert "#id_kind_0" in links
    # Every description that is pointed at is there.
    for _tag, attrs in tags.tags:
        for target in (attrs.get("aria-describedby") or "").split():
            assert target in tags.ids()


def test_the_summary_says_the_same_words_as_the_fields() -> None:
    form = posted(cvr="12345678")
    html = form_fields(form)
    for line in summary_of(form):
        assert line["text"] in html
    assert 'role="alert"' in form_errors(form)
    assert 'tabindex="-1"' in form_errors(form)


def test_a_wrong_field_says_so_to_a_screen_reader() -> None:
    html = form_fields(posted(cvr="12345678"))
    control = Tags(html).named("cvr")
    assert control["aria-invalid"] == "true"
    assert control["aria-describedby"] == "id_cvr-error"
    assert control["value"] == "12345678"
    assert '<span class="sr-only">Fejl: </span>Det er ikke et CVR-nummer. Tjek, om et ciffer er byttet om' in html
    company = Tags(html).named("company")
    assert company["aria-describedby"] == "id_company-hint id_company-error"


def test_order_is_label_hint_error_control() -> None:
    html = form_fields(posted())
    order = [html.index(text) for text in ('for="id_company"', "id_company-hint", "id_company-error", 'name="company"')]
    # The first mention of the hint's and the error's id is at the texts themselves, before the control points at them.
    assert order == sorted(order)


def test_no_placeholders_and_no_browser_bubbles() -> None:
    html = form_fields(SampleForm())
    assert "placeholder" not in html
    assert " required" not in html
    assert "style=" not in html


def test_a_radio_group_has_legend_and_description() -> None:
    tags = Tags(form_fields(posted()))
    described = [attrs.get("aria-describedby") for tag, attrs in tags.tags if tag == "fieldset"]
    assert "id_kind-error" in described
    assert "aria-invalid" not in tags.named("kind")
    assert tags.named("areas")["class"] == "form-checkbox"
    assert tags.named("kind")["class"] == "form-radio"


def test_only_the_wrong_part_of_a_date_is_marked() -> None:
    tags = Tags(form_fields(posted(agreed_day="31", agreed_month="x", agreed_year="2021")))
    assert "aria-invalid" not in tags.named("agreed_day")
    assert tags.named("agreed_month")["aria-invalid"] == "true"
    assert tags.named("agreed_month")["value"] == "x"
    assert tags.named("agreed_year")["value"] == "2021"


class Dated(PortalForm):
    day = DateField(label="Aftalt den", min_date=date(2020, 9, 1), max_date=date(2023, 6, 30))
    other = DateField(label="Slut", required=False)
    one = SmartDateField(label="Pr.", required=False)


def dated(**data: str) -> Dated:
    return Dated({"day_day": "1", "day_month": "9", "day_year": "2020", **data})


def test_dates_are_cleaned() -> None:
    form = dated(one="31/1-2021")
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"day": date(2020, 9, 1), "other": None, "one": date(2021, 1, 31)}


@pytest.mark.parametrize("typed", ["31.01.2021", "2021-01-31", "31/1-2021"])
def test_a_whole_date_pasted_into_the_first_box_is_read(typed: str) -> None:
    form = dated(day_day=typed, day_month="", day_year="")
    assert form.is_valid()
    assert form.cleaned_data["day"] == date(2021, 1, 31)


def test_a_whole_date_under_the_fields_own_name_is_read() -> None:
    form = Dated({"day": "31.01.2021"})
    assert form.is_valid()
    assert form.cleaned_data["day"] == date(2021, 1, 31)


def test_limits_name_the_day() -> None:
    form = dated(day_year="2019")
    assert form.errors["day"] == ["Datoen skal være 01.09.2020 eller senere"]
    form = dated(day_year="2024")
    assert form.errors["day"] == ["Datoen skal være 30.06.2023 eller tidligere"]


def test_initial_dates_stand_in_the_boxes() -> None:
    tags = Tags(form_fields(Dated(initial={"day": date(2021, 1, 31), "one": date(2021, 2, 1)})))
    assert [tags.named(f"day_{part}")["value"] for part in ("day", "month", "year")] == ["31", "1", "2021"]
    assert tags.named("one")["value"] == "01.02.2021"


@given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_what_was_typed_is_kept_whatever_it_was(day: str, month: str, year: str) -> None:
    with translation.override("da"):
        form = Dated({"day_day": day, "day_month": month, "day_year": year})
        form.is_valid()
        tags = Tags(str(form["day"]))
    # An HTML parser turns line ends and NUL into others, as a browser does; the rest must come back unchanged.
    for part, typed in (("day", day), ("month", month), ("year", year)):
        if not re.search(r"[\r\n\0\x0c]", typed):
            assert (tags.named(f"day_{part}").get("value") or "") == typed


def test_cvr_is_cleaned() -> None:
    class Company(PortalForm):
        cvr = CvrField(label="CVR-nummer")

    form = Company({"cvr": "DK 47 45 87 14"})
    assert form.is_valid()
    assert form.cleaned_data["cvr"] == "47458714"
    assert Company({"cvr": "4745871"}).errors["cvr"] == [
        "Et CVR-nummer har 8 cifre. Tjek, om der mangler et, eller er et for meget"
    ]
    assert Company({"cvr": ""}).errors["cvr"] == ["Skriv CVR-nummeret"]


def test_required_messages_say_what_to_do() -> None:
    form = posted()
    assert form.errors["company"] == ["Udfyld virksomhed"]
    assert form.errors["kind"] == ["Vælg matchtype"]
    assert form.errors["agreed"] == ["Skriv en dato som 31.01.2021"]


class Stock(PortalForm):
    """Fields with nothing but Django's own messages, and one that comes after the form is made."""

    name = forms.CharField(max_length=3)
    days = forms.IntegerField(min_value=0, max_value=10)
    kind = forms.ChoiceField(choices=[("a", "A")])
    own = forms.CharField(max_length=3, error_messages={"max_length": "Højst tre."})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["late"] = forms.CharField(label="Part 1")


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("name", "abcd", "Skriv højst 3 tegn. Der er 4."),
        ("name", "a\0", "Der er et tegn i teksten, som ikke kan læses. Skriv den igen."),
        ("days", "i går", "Skriv et helt tal, for eksempel 1400."),
        ("days", "-1", "Skriv et tal, der ikke er under 0."),
        ("days", "11", "Skriv et tal, der ikke er over 10."),
        ("kind", "b", "Vælg fra listen."),
        ("own", "abcd", "Højst tre."),
        ("late", "", "Udfyld part 1"),
    ],
)
def test_no_message_is_the_frameworks(field: str, typed: str, message: str) -> None:
    assert Stock({field: typed}).errors[field] == [message]


class Ticks(PortalForm):
    few = forms.MultipleChoiceField(
        choices=[(str(place), str(place)) for place in range(MOST_TICKS)],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    many = forms.MultipleChoiceField(
        choices=[(str(place), str(place)) for place in range(MOST_TICKS + 1)],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def test_a_long_list_that_may_stay_empty_is_folded_until_something_is_ticked() -> None:
    assert "<details" not in form_field(Ticks()["few"])
    assert f"Vis alle {MOST_TICKS + 1}" in form_field(Ticks()["many"])
    assert "<details" not in form_field(Ticks({"many": ["3"]})["many"])
    assert "<details" not in form_field(Ticks({"many": ["findes-ikke"]})["many"])


def test_typed_markup_is_shown_as_text() -> None:
    html = form_fields(posted(company='"><script>alert(1)</script>'))
    assert "<script>" not in html


def test_a_general_error_stands_in_the_summary_without_a_link() -> None:
    form = SampleForm({})
    form.is_valid()
    form.add_error(None, "Ligner et match fra UCN.")
    assert "<li>Ligner et match fra UCN.</li>" in form_errors(form)


def test_something_that_is_not_a_form_has_no_summary() -> None:
    assert form_errors("form") == ""


def test_a_hidden_field_has_no_label() -> None:
    class Hidden(PortalForm):
        token = forms.CharField(widget=forms.HiddenInput, initial="abc")

    assert form_fields(Hidden()).strip() == '<input type="hidden" name="token" value="abc" id="id_token">'
