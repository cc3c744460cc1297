"""Targets of every form: how they are judged, which path they follow, and how a person sets and changes them."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from portal import ledger
from portal.identity.actor import actor_for
from portal.identity.rights import Refused
from portal.identity.roles import Role
from reporting import targets
from reporting.engine import dashboard
from reporting.indicators import set_indicator
from reporting.models import Target, TargetVersion
from reporting.rules.path import Milestone, expected_by, in_all, linear, milestones, study_year
from reporting.rules.status import Status, judge
from tests.forms import send
from tests.reporting.conftest import World, make_user
from tests.reporting.test_keys import viewer
from tests.reporting.test_pages import text_of

START, END = date(2020, 9, 1), date(2023, 6, 30)
# Students come in spring and autumn: nothing in July, most in September and February.
YEAR = [2, 4, 3, 2, 2, 1, 0, 1, 4, 3, 2, 0]


def version(**said: Any) -> Any:
    standing = {
        "amount": Decimal(2000), "amount_to": None, "form": "cumulative", "per": "", "path": "linear", "profile": [],
        "milestones": [], "counted_from": START, "counted_to": END, "commitment": "indicative",
    }  # fmt: skip
    return SimpleNamespace(**{**standing, **said})


# The study year


def test_a_month_weighs_as_its_calendar_month() -> None:
    # September 4, October 3, November 2, December 0, January 2: 11 of 24 a year. 34 months are two years and
    # September to June: 24 + 24 + (24 - 0 - 1) = 71.
    found = study_year(Decimal(2000), START, END, date(2021, 1, 31), YEAR)
    assert found is not None
    assert (found.part, found.whole) == (11, 71)
    assert found.value == Fraction(2000 * 11, 71)
    assert (found.passed, found.total) == (5, 34)


def test_equal_weights_are_the_linear_path() -> None:
    for day in (START - timedelta(days=1), date(2021, 1, 31), date(2022, 5, 17), END, END + timedelta(days=9)):
        found = study_year(Decimal(2000), START, END, day, [7] * 12)
        assert found is not None
        assert found.value == linear(Decimal(2000), START, END, day).value


def test_a_study_year_without_weight_in_the_counting_has_no_path() -> None:
    only_july = [0] * 6 + [1] + [0] * 5
    assert study_year(Decimal(10), date(2021, 1, 1), date(2021, 3, 31), date(2021, 2, 1), only_july) is None
    with pytest.raises(ValueError, match="twelve"):
        study_year(Decimal(10), START, END, START, [1] * 11)


# Agreed milestones


def test_a_straight_line_by_days_between_the_milestones() -> None:
    agreed = [Milestone(date(2020, 9, 30), Fraction(30)), Milestone(date(2020, 10, 10), Fraction(130))]

    def on(day: date) -> Fraction:
        return milestones(Decimal(200), START, date(2020, 10, 30), day, agreed).value

    assert on(date(2020, 8, 1)) == 0
    assert on(date(2020, 9, 1)) == 1, "30 in 30 days"
    assert on(date(2020, 9, 30)) == 30
    assert on(date(2020, 10, 5)) == 80, "half of the ten days: 30 + 100 / 2"
    assert on(date(2020, 10, 10)) == 130
    assert on(date(2020, 10, 20)) == 165, "half of the twenty days to the whole: 130 + 70 / 2"
    assert on(date(2020, 10, 30)) == on(date(2021, 1, 1)) == 200


def test_milestones_that_fall_are_refused() -> None:
    for second in (Milestone(date(2020, 10, 10), Fraction(29)), Milestone(date(2020, 9, 30), Fraction(40))):
        with pytest.raises(ValueError, match="rise"):
            milestones(Decimal(200), START, END, START, [Milestone(date(2020, 9, 30), Fraction(30)), second])


@given(
    st.sampled_from(["linear", "study_year", "milestones"]),
    st.dates(date(2020, 1, 1), date(2024, 1, 1)),
    st.integers(0, 400),
)
def test_every_path_rises_from_nothing_to_the_whole(path: str, day: date, more: int) -> None:
    said = version(path=path, profile=YEAR, milestones=[{"by": "2021-01-31", "amount": "300"}])
    first, later = expected_by(said, day), expected_by(said, day + timedelta(days=more))
    assert first is not None
    assert later is not None
    assert 0 <= first.value <= later.value <= 2000
    assert expected_by(said, START - timedelta(days=1)).value == 0  # type: ignore[union-attr]
    assert expected_by(said, END).value == 2000  # type: ignore[union-attr]


# Forms


def test_two_a_year_over_three_years_is_six_in_all() -> None:
    said = version(form="frequency", per="year", amount=Decimal(2))
    assert in_all(said) == 6, "34 months begin three years"
    assert in_all(version(form="frequency", per="", amount=Decimal(2))) == 2, "not stated per what"
    assert judge(Decimal(6), said, END) == Status.REACHED
    assert judge(Decimal(5), said, END) == Status.NOT_REACHED


@pytest.mark.parametrize(
    ("form", "value", "day", "status"),
    [
        ("interval", 20, END, Status.REACHED),
        ("interval", 31, END, Status.REACHED),  # more than 20-30 is no failure
        ("interval", 19, END, Status.NOT_REACHED),
        ("minimum", 20, END, Status.REACHED),
        ("minimum", 19, END, Status.NOT_REACHED),
        ("maximum", 20, END, Status.REACHED),
        ("maximum", 21, END, Status.NOT_REACHED),
        ("maximum", 20, date(2021, 1, 31), Status.ON_TRACK),
        ("maximum", 21, date(2021, 1, 31), Status.BEHIND),
        ("maximum", 0, date(2020, 9, 3), Status.TOO_EARLY),
        ("percentage", 20, date(2021, 1, 31), Status.ON_TRACK),
        ("percentage", 18, date(2021, 1, 31), Status.SLIGHTLY_BEHIND),
        ("percentage", 17, date(2021, 1, 31), Status.BEHIND),
        ("percentage", 0, date(2020, 9, 3), Status.TOO_EARLY),
        ("percentage", 19, END, Status.NOT_REACHED),
        ("absolute", 3, date(2021, 1, 31), Status.ON_TRACK),  # 20 * 5 / 34 = 2.94
        ("absolute", 2, date(2021, 1, 31), Status.BEHIND),
    ],
)
def test_judged_as_the_form_means(form: str, value: int, day: date, status: Status) -> None:
    said = version(form=form, amount=Decimal(20), amount_to=Decimal(30) if form == "interval" else None)
    assert judge(Decimal(value), said, day) == status
    for commitment in ("preliminary", "expectation", "appeal"):
        assert judge(Decimal(value), version(**{**vars(said), "commitment": commitment}), day) == Status.NONE
    assert judge(Decimal(value), version(**{**vars(said), "commitment": "binding"}), day) == status


@pytest.mark.parametrize("form", ["not_stated", "milestone"])
def test_without_a_number_there_is_nothing_to_judge(form: str) -> None:
    said = version(form=form, amount=None)
    assert expected_by(said, END) is None
    assert judge(Decimal(5), said, END) == Status.NONE


def test_a_maximum_and_a_percentage_have_no_path() -> None:
    for form in ("maximum", "percentage"):
        assert expected_by(version(form=form), END) is None


# In the ledger


def said(world: World, **more: Any) -> dict[str, Any]:
    return {
        "name": "Nyt mål", "basis": "whole", "commitment": "indicative", "amount": Decimal(100),
        "measure": "test_matches", **more,
    }  # fmt: skip


@pytest.mark.django_db
def test_the_dashboard_expects_what_the_path_says(world: World) -> None:
    target = Target.objects.get(programme=world.programme, key="matches")
    officer = actor_for(make_user(Role.PROGRAMME_LEAD))
    as_of = ledger.AsOf.at(date(2021, 1, 31))
    before = dashboard(world.programme, as_of, officer)["targets"][0]
    assert before["expected"]["exact"] == "294.1176470588"
    targets.change_target(officer, target, "Efter studieåret", reason_code="agreement", path="study_year", profile=YEAR)
    today = dashboard(world.programme, None, officer)
    assert dashboard(world.programme, as_of, officer)["targets"][0] == before, "it was not known then"
    months = {each["month"]: each["expected"] for each in today["months"]}
    # 2000 · 11 / 71 at the end of January 2021.
    assert months["2021-01"] == {"numerator": "22000", "denominator": "71", "exact": "309.8591549296"}
    targets.change_target(
        officer,
        target,
        "Milepæle",
        reason_code="agreement",
        path="milestones",
        milestones=[{"by": "2021-01-31", "amount": "300"}],
    )
    months = {each["month"]: each["expected"] for each in dashboard(world.programme, None, officer)["months"]}
    assert months["2021-01"]["exact"] == "300.0000000000"
    assert months["2023-06"]["exact"] == "2000.0000000000"


@pytest.mark.django_db
def test_what_is_undecided_is_shown_under_each_alternative(client: Client, world: World) -> None:
    world.post(5)
    target = Target.objects.get(programme=world.programme, key="matches")
    officer = actor_for(make_user(Role.HUB_CONTROLLER))
    targets.change_target(
        officer,
        target,
        "Forslagene er i høring",
        reason_code="decision",
        alternatives=[{"name": "Forslag A", "amount": "2000"}, {"name": "Forslag B", "amount": "10"}],
        undecided_by="KKR",
        undecided_until=date(2027, 3, 1),
    )
    whole = dashboard(world.programme, None, officer)["targets"][0]
    assert [(each["name"], each["attainment"]["exact"]) for each in whole["alternatives"]] == [
        ("Forslag A", "0.0025000000"),
        ("Forslag B", "0.5000000000"),
    ]
    client.force_login(viewer())
    text = text_of(client.get(reverse("reporting:dashboard", args=[world.programme.slug])))
    assert "Forslag B: 10, of which 50% is reached (not reached)." in text
    assert "KKR decides before 01.03.2027" in text
    with pytest.raises(ValidationError):
        targets.change_target(officer, target, "Ingen afgør", reason_code="error", undecided_by="")


@pytest.mark.django_db
def test_a_change_needs_a_reason_and_follows_the_earlier_version(world: World) -> None:
    officer = actor_for(make_user(Role.KKR_SECRETARIAT))
    target = targets.add_target(officer, world.programme, "nyt-maal", **said(world))
    with pytest.raises(ValidationError):
        targets.change_target(officer, target, "  ", amount=Decimal(90))
    targets.change_target(officer, target, "Aftalt", reason_code="agreement", amount=Decimal(90))
    targets.end_target(officer, target, "Udgår", reason_code="decision")
    found = list(TargetVersion.objects.filter(target=target).order_by("place"))
    assert [(each.amount, each.reason, each.withdrawn) for each in found] == [
        (100, "", False),
        (90, "Aftalt", False),
        (90, "Udgår", True),
    ]
    with pytest.raises(ValidationError):
        targets.change_target(officer, target, "For sent", reason_code="error", amount=Decimal(80))
    with pytest.raises(ValidationError):
        targets.add_target(officer, world.programme, "nyt-maal", **said(world))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"path": "study_year", "profile": [1] * 11},
        {"path": "study_year", "profile": [0] * 12},
        {"path": "milestones", "milestones": []},
        {"path": "milestones", "milestones": [{"by": "2019-01-01", "amount": "3"}]},
        {"path": "milestones", "milestones": [{"by": "snart", "amount": "3"}]},
        {"form": "interval", "amount_to": Decimal(50)},
        {"form": "not_stated"},
        {"alternatives": [{"name": "A", "amount": "1"}]},
        {"basis": "activity"},
    ],
)
def test_what_cannot_be_followed_is_refused_before_anything_is_written(world: World, wrong: dict[str, Any]) -> None:
    officer = actor_for(make_user(Role.KKR_SECRETARIAT))
    number = TargetVersion.objects.count()
    with pytest.raises(ValidationError):
        targets.add_target(officer, world.programme, "forkert", **said(world, **wrong))
    assert TargetVersion.objects.count() == number
    assert not Target.objects.filter(key="forkert").exists()


@pytest.mark.django_db
def test_only_officers_set_targets(world: World) -> None:
    target = Target.objects.get(programme=world.programme, key="matches")
    for role in (Role.MUNICIPAL_OFFICER, Role.KKR_VIEWER, Role.ADVISER):
        actor = actor_for(make_user(role))
        for attempt in (
            lambda actor=actor: targets.add_target(actor, world.programme, "x", **said(world)),
            lambda actor=actor: targets.change_target(actor, target, "x", amount=Decimal(1)),
            lambda actor=actor: targets.end_target(actor, target, "x"),
        ):
            with pytest.raises(Refused):
                attempt()


@pytest.mark.django_db
def test_the_form_folds_what_is_empty_and_loses_nothing(client: Client, world: World) -> None:
    """Of two ways of counting the source may state a number for neither: changing the target keeps them."""
    officer = viewer(Role.KKR_SECRETARIAT)
    undecided = [{"name": "pr. indbygger", "amount": None}, {"name": "Forslag B: i alt", "amount": "10"}]
    open_question = {"alternatives": undecided, "undecided_by": "KKR", "undecided_until": date(2021, 6, 30)}
    targets.add_target(actor_for(officer), world.programme, "uafklaret", **said(world, **open_question))
    client.force_login(officer)
    change = reverse("reporting:target_change", args=[world.programme.slug, "uafklaret"])
    form = client.get(change).context["form"]
    named = [field.name for group in form.groups() for field in group["fields"]]
    assert sorted(named) == sorted(form.fields), "every field is on the page, once"
    opened = {str(group["title"]): group["opened"] for group in form.groups() if group["title"]}
    assert opened == {
        "Only some partners, activities or municipalities": False,
        "Milestones and the share of each month": False,
        "Not decided yet": True,
    }
    kept = {name: form[name].value() for name in form.fields if form[name].value() not in (None, [])}
    wrong = send(client, change, {**kept, "milestones": "i morgen", "path": "milestones", "reason": "Prøve"})
    assert wrong.status_code == 400
    assert {str(group["title"]) for group in wrong.context["form"].groups() if group["opened"] and group["title"]} == {
        "Milestones and the share of each month",
        "Not decided yet",
    }
    assert send(client, change, {**kept, "reason": "Samme igen", "reason_code": "error"}).status_code == 302
    newest = TargetVersion.objects.filter(target__key="uafklaret").latest("place")
    assert newest.reason == "Samme igen"
    assert newest.alternatives == undecided


@pytest.mark.django_db
def test_set_changed_and_withdrawn_on_the_pages(client: Client, world: World) -> None:
    client.force_login(viewer(Role.KKR_SECRETARIAT))
    slug = world.programme.slug
    typed = {
        "name": "Højst frafald", "counts": "m:test_matches", "form": "maximum", "amount": "12", "basis": "whole",
        "commitment": "binding", "counted_from": "01.09.2020", "counted_to": "30.06.2023", "path": "linear",
        "token": "a",
    }  # fmt: skip
    wrong = client.post(reverse("reporting:target_new", args=[slug]), {**typed, "amount": "tolv"})
    assert 'href="#id_amount"' in wrong.content.decode()
    answer = client.post(reverse("reporting:target_new", args=[slug]), typed)
    address = reverse("reporting:target", args=[slug, "hoejst-frafald"])
    assert answer["Location"] == address
    assert "at most 12" in text_of(client.get(address))
    assert "at most 12" in text_of(client.get(reverse("reporting:targets", args=[slug])))
    change = reverse("reporting:target_change", args=[slug, "hoejst-frafald"])
    shown = client.get(change).context["form"]
    kept = {name: shown[name].value() for name in shown.fields if shown[name].value() not in (None, [])}
    kept |= {"token": "b", "form": "minimum", "reason": "Det var omvendt", "reason_code": "error"}
    assert send(client, change, kept).status_code == 302
    text = text_of(client.get(address))
    assert "at least 12" in text
    assert "Det var omvendt" in text
    ended = send(
        client,
        reverse("reporting:target_withdraw", args=[slug, "hoejst-frafald"]),
        {"reason": "Slut", "reason_code": "decision"},
    )
    assert ended["Location"] == address
    assert "does not hold any more" in text_of(client.get(address))


@pytest.mark.django_db
def test_a_rule_is_told_in_danish_words_and_numbers(client: Client, world: World) -> None:
    """Nothing as it is stored: no braces, no decimal points, no keys."""
    owner = world.programme.owner
    spoken = "indikator_med_noegle"
    indicator = set_indicator(spoken, name="Frafald på uddannelserne", owner=owner, kind="open", unit="pct.",
                              open_question="?")  # fmt: skip
    common: dict[str, Any] = {"basis": "whole", "amount": Decimal("10.5"), "commitment": "indicative",
                              "indicator": indicator, "form": "maximum"}  # fmt: skip
    with ledger.entry():
        targets.set_target(
            world.programme, "straight", name="Frafald", rule="linear", decimals=1, least_answers=1200,
            params={"from": {"value": "12.5", "score": "0"}, "to": {"value": "1250.25", "score": "100"}},
            inputs={"value": {"indicator": spoken, "from": "2020-09-01", "to": "2021-08-31"}}, **common,
        )  # fmt: skip
        targets.set_target(
            world.programme, "grown", name="Vækst", rule="growth",
            params={"by": "2.5", "unit": "pct", "over": "baseline"},
            inputs={"value": {"indicator": spoken},
                    "baseline": {"number": "1234.5", "source": "Danmarks Statistik"}}, **common,
        )  # fmt: skip
        targets.set_target(
            world.programme, "delivered", name="Leverancer", rule="deliverables",
            params={"deliverables": [{"key": "a", "name": "Analyse", "share": "62.5", "deadline": "2021-12-31"},
                                     {"key": "b", "name": "Messe", "share": "37.5"}]},
            inputs={"a": {"indicator": spoken}, "b": {"indicator": spoken}}, **common,
        )  # fmt: skip
    client.force_login(make_user(Role.KKR_VIEWER))

    def told(key: str) -> str:
        text = text_of(client.get(reverse("reporting:target", args=[world.programme.slug, key])))
        for raw in ("{", "}", spoken, "12.5 ", "1250.25", "1234.5", "62.5", "threshold", "2021-12-31"):
            assert raw not in text, raw
        return text

    straight = told("straight")
    assert "12,5 giver 0 pct., og 1.250,25 giver 100 pct." in straight
    assert "Frafald på uddannelserne, 01.09.2020–31.08.2021" in straight
    assert "Sammenlignet med én decimal" in straight
    assert "mindst 1.200 svar" in straight
    grown = told("grown")
    assert "Mindst 2,5 pct. mere end udgangspunktet" in grown
    assert "1.234,5 (Danmarks Statistik)" in grown
    delivered = told("delivered")
    assert "Analyse: tæller 62,5 pct., senest 31.12.2021" in delivered
    assert "Messe: tæller 37,5 pct." in delivered
