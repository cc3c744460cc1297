"""The pages of the budget: what is on them adds up, forms write once and lose nothing, and all see it at once."""

import csv
import io
import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from portal import ledger
from portal.identity.actor import actor_for
from portal.identity.models import User
from portal.ledger.audit import differences
from programmes.balance import Key, balances
from programmes.closing import expect
from programmes.commitments import commit
from programmes.models import Body, BudgetChange, Decision, ExpectedOutturn, PriceIndex, YearClosing
from programmes.sources import make_source
from programmes.spending import Entry, book
from tests.forms import reads, send, sends
from tests.identity.helpers import signed_in
from tests.programmes.money import DAY, YEAR, Money


@pytest.fixture
def officer(money: Money) -> Client:
    return signed_in(Client(), money.officer.user)


def somebody(email: str) -> Client:
    return signed_in(Client(), User.objects.get(email=email))


def lived(money: Money) -> None:
    """2.000 adopted, 1.500 of it to the first: 700 committed there, 400 of that spent, 900 spent beside it.

    The first: 1.500 - 300 still bound - 1.300 spent = -100; overspent is 1.300 - 1.500 < 0, so it is not overspent.
    """
    money.change("original", [money.line(500), money.line(1500, money.first)])
    bound = commit(
        money.officer, funding_source=money.pool, initiative=money.first, year=YEAR, quantity=Decimal(700),
        committed_on=DAY, counterpart="Adgang ApS",
    )  # fmt: skip
    for number, kroner, of in (("B1", 400, bound), ("B2", 900, None)):
        entry = Entry(money.pool, money.first, YEAR, number, DAY, Decimal(kroner), commitment=of)
        book(money.officer, money.owner, [entry])


def rows_of(client: Client, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def kroner(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", ".").replace("−", "-"))


# ------------------------------------------------------------------------------------------------ figures
def test_the_grid_shows_each_place_and_its_sum(money: Money, officer: Client) -> None:
    lived(money)
    page = reads(officer.get(reverse("programmes:budget"), {"year": YEAR}))
    assert "Budget 2026: Aalborg Kommune" in page
    assert "1 Iværksætteri" in page
    assert "Disponeret 100,00 kr. over budgettet" in page
    rows = {row["Initiativ"]: row for row in rows_of(officer, f"{reverse('programmes:budget')}?year={YEAR}&export=csv")}
    assert {name: row["Restbudget"] for name, row in rows.items()} == {
        "ikke udmøntet": "500", "1 Iværksætteri": "-100"
    }  # fmt: skip
    first = rows["1 Iværksætteri"]
    names = ("Oprindeligt budget", "Korrigeret budget", "Disponeret", "Forbrug", "Restbudget")
    assert [first[name] for name in names] == [
        "1500", "1500", "300", "1300", "-100"
    ]  # fmt: skip
    assert first["Forventet regnskab"] == "ikke indberettet"


def test_every_number_opens_to_facts_that_add_up_to_it(money: Money, officer: Client) -> None:
    """Followed by its links: each figure of the grid, and the sum of the parts on its page."""
    lived(money)
    expect(
        money.officer,
        funding_source=money.pool,
        initiative=money.first,
        year=YEAR,
        quantity=Decimal(1600),
        stated_on=DAY,
    )
    html = officer.get(reverse("programmes:budget"), {"year": YEAR}).content.decode()
    table = html[html.index("<table") : html.index("</table>")]
    links = re.findall(r'<a href="(/oekonomi/tal/[^"]*)" class="figure">([^<]*)</a>', table)
    assert len(links) >= 15
    for address, shown in links:
        page = officer.get(address.replace("&amp;", "&"))
        context = page.context
        assert context["value"] == kroner(shown), address
        assert sum((row["value"].value for row in context["shares"].rows), Decimal(0)) == context["value"]
        assert sum((row["value"] for row in context["facts"].rows), Decimal(0)) == context["value"]
        assert context["others"] == 0


def test_who_does_not_keep_the_money_sees_the_sums_and_no_names(money: Money) -> None:
    """The KKR sees budget changes one by one; of commitments and vouchers only what they come to."""
    lived(money)
    page = somebody("kkr@demo.example").get(
        reverse("programmes:budget_figure"), {"owner": money.owner.pk, "year": YEAR, "what": "left"}
    )
    assert page.context["value"] == Decimal(400)
    assert page.context["openable"] == Decimal(2000)
    hidden = {each["name"]: each["value"] for each in page.context["hidden"]}
    assert hidden == {"Disponeret i alt": -700, "Forbrug af det disponerede": 400, "Forbrug": -1300}
    assert "Adgang ApS" not in page.content.decode()
    assert "B1" not in reads(page)
    keeper = signed_in(Client(), money.officer.user).get(
        reverse("programmes:budget_figure"), {"year": YEAR, "what": "bound"}
    )
    assert "Adgang ApS" in keeper.content.decode()


def test_what_was_known_on_a_day(money: Money, officer: Client) -> None:
    """Everything here is registered today: yesterday there was no budget."""
    lived(money)
    yesterday = date.fromordinal(ledger.today().toordinal() - 1).isoformat()
    now = officer.get(reverse("programmes:budget"), {"year": YEAR})
    then = officer.get(reverse("programmes:budget"), {"year": YEAR, "as_of": yesterday})
    assert (now.context["whole"].corrected, then.context["whole"].corrected) == (2000, 0)
    wrong = officer.get(reverse("programmes:budget"), {"as_of": "31.02.2026"})
    assert wrong.status_code == 400
    assert officer.get(reverse("programmes:budget"), {"as_of": "31.02.2026", "export": "csv"}).status_code == 400


@pytest.mark.parametrize(
    "asked",
    [{"owner": "0"}, {"owner": "x"}, {"source": "ingen"}, {"programme": "ingen"}, {"heading": "0"}, {"year": "1"}],
)
def test_what_is_not_there_is_not_found(money: Money, officer: Client, asked: dict[str, str]) -> None:
    assert officer.get(reverse("programmes:budget"), asked).status_code == 404


def test_filters_narrow_the_grid(money: Money, officer: Client) -> None:
    lived(money)
    address = reverse("programmes:budget")
    for asked, corrected in (
        ({"heading": money.first.heading_id}, 1500),
        ({"heading": money.pool.heading_id}, 500),
        ({"programme": "erhvervsplan"}, 1500),
        ({"source": money.pool.key}, 2000),
    ):
        assert officer.get(address, {"year": YEAR, **asked}).context["whole"].corrected == corrected


def test_another_organisation_is_chosen_with_the_old_filters_still_set(money: Money, officer: Client) -> None:
    """The filters of the one before ask for nothing; a source alone says whose budget it is."""
    lived(money)
    controller = User.objects.get(email="controller@demo.example")
    other = make_source(None, actor_for(controller).organisation, name="Husets pulje", kind="pool")  # type: ignore[arg-type]
    address = reverse("programmes:budget")
    left_over = {"source": money.pool.key, "programme": "erhvervsplan", "heading": money.first.heading_id}
    page = officer.get(address, {"owner": other.owner_id, "year": YEAR, **left_over})
    assert (page.status_code, page.context["owner"], page.context["whole"].corrected) == (200, other.owner, 0)
    alone = signed_in(Client(), controller).get(address, {"source": money.pool.key, "year": YEAR})
    assert (alone.context["owner"], alone.context["whole"].corrected) == (money.owner, 2000)


def test_several_years_and_their_prices(money: Money, officer: Client) -> None:
    """1.000 in 2026 prices and 100 of unknown prices, both for 2027: 1.000 · 1,03 · 1,02 = 1.050,60 in 2028 prices."""
    money.change("original", [money.line(1000, year=2027)], price_year=2026)
    money.change("original", [money.line(100, year=2027)])
    for year, factor in ((2027, "1.03"), (2028, "1.02")):
        PriceIndex.objects.create(year=year, factor=Decimal(factor), source="KL", valid_from=DAY)
    address = reverse("programmes:budget_years")
    asked = {"year": YEAR}
    (row,) = rows_of(officer, f"{address}?year={YEAR}&export=csv")[:1]
    assert (row["2026"], row["2027"]) == ("0,00", "1100,00")
    page = officer.get(address, {**asked, "prices": 2028})
    text = reads(page)
    assert "1.050,60" in text
    assert "uden 100,00 kr., hvis prisniveau ikke er kendt" in text.replace("\xa0", " ")
    assert "Til 2027-priser: 1,03 (KL)" in text
    opened = officer.get(reverse("programmes:budget_figure"), {"what": "corrected", "year": 2027, "prices": 2028})
    assert opened.context["carried"]["value"] == Decimal("1050.60")
    assert opened.context["carried"]["left_out"] == 100
    assert "1,0506" in reads(opened)
    # Back again is the reciprocal, and where no factor leads nothing is carried.
    back = officer.get(reverse("programmes:budget_figure"), {"what": "corrected", "year": 2027, "prices": 2026})
    assert back.context["carried"]["value"] == 1000
    none = officer.get(reverse("programmes:budget_figure"), {"what": "corrected", "year": 2027, "prices": 2025})
    assert (none.context["carried"]["value"], none.context["carried"]["left_out"]) == (0, 1100)


def test_cost_per_match_is_a_numerator_and_a_denominator(money: Money, officer: Client) -> None:
    lived(money)
    page = officer.get(reverse("programmes:cost_per_match"))
    (row,) = page.context["table"].rows
    assert (row["spent"].value, row["matches"], row["cost"]) == (1300, 0, "intet match endnu")


# ------------------------------------------------------------------------------------------------ forms
NEW = {
    "decision": "", "new_decided_on_day": "15", "new_decided_on_month": "1", "new_decided_on_year": "2026",
    "new_agenda_item": "9", "new_title": "",
}  # fmt: skip


def place(client: Client, address: str, name: str) -> str:
    """The key of a place in the transfer form's list."""
    html = client.get(address).content.decode()
    return next(key for key, text in re.findall(r'<option value="(\d+)"[^>]*>([^<]*)</option>', html) if name in text)


def test_250000_are_moved_and_seen_at_once(money: Money, officer: Client) -> None:
    """Both sides in one form, the decision made in it; the municipality's other officer and the KKR see it at once."""
    money.adopt(1_000_000)
    address = reverse("programmes:budget_transfer")
    assert "Erhvervspuljen · ikke udmøntet: 1.000.000,00\xa0kr. tilbage" in officer.get(address).content.decode()
    sent = {
        **NEW, "token": "t1", "from_place": place(officer, address, "ikke udmøntet"), "to_place": "",
        "to_initiative": str(money.first.pk), "quantity": "250.000 kr.", "title": "Til iværksætteri",
        "new_body": str(money.committee.pk),
    }  # fmt: skip
    answer = officer.post(address, sent)
    change = BudgetChange.objects.latest("pk")
    assert answer["Location"] == reverse("programmes:budget_change", args=[change.pk])
    assert {(line.cell.initiative_id, line.quantity) for line in change.lines.all()} == {
        (None, -250_000), (money.first.pk, 250_000)
    }  # fmt: skip
    decision = change.decision
    assert (decision.body, decision.agenda_item, decision.title, decision.decided_on) == (
        money.committee, "9", "Til iværksætteri", DAY
    )  # fmt: skip
    # A nervous finger moves it once; the same token with another amount asks first.
    assert officer.post(address, sent)["Location"] == answer["Location"]
    assert officer.post(address, {**sent, "quantity": "1"}).status_code == 409
    assert BudgetChange.objects.count() == 2
    for client in (somebody("kommune@demo.example"), somebody("kkr@demo.example")):
        listed = reads(client.get(reverse("programmes:budget_changes"), {"initiative": money.first.pk}))
        assert "Til iværksætteri" in listed
        assert "punkt 9" in reads(client.get(answer["Location"]))
    assert differences() == []


def test_a_transfer_is_refused_at_the_field_and_nothing_typed_is_lost(money: Money, officer: Client) -> None:
    money.adopt(100_000)
    address = reverse("programmes:budget_transfer")
    start = place(officer, address, "ikke udmøntet")
    sent = {
        **NEW, "token": "t", "from_place": start, "to_initiative": str(money.first.pk), "quantity": "250.000",
        "title": "For meget", "new_body": str(money.committee.pk), "note": "Min note",
    }  # fmt: skip
    answer = officer.post(address, sent)
    assert answer.status_code == 400
    form = answer.context["form"]
    assert "har 100.000,00\xa0kr. tilbage, og dette er 250.000,00\xa0kr." in form.errors["quantity"][0]
    again = sends(answer)
    for name in ("quantity", "title", "note", "new_agenda_item", "from_place", "to_initiative", "new_body"):
        assert again[name] == [sent[name]], name
    assert Decision.objects.filter(title="For meget").count() == 0, "the decision goes with the change"
    wrong = {
        "new_agenda_item": ({"new_agenda_item": ""}, "Erhvervsudvalget beslutter på en dagsorden."),
        "new_body": ({"quantity": "250.001", "from_place": start}, "op til 250.000,00"),
        "decision": ({"new_body": ""}, "Vælg beslutningen, eller skriv en ny nedenfor"),
        "to_place": ({"to_initiative": ""}, "Vælg, hvor pengene skal hen."),
        "quantity": ({"quantity": "32.850.0000"}, ""),
        "from_place": ({"from_place": ""}, "Vælg, hvor pengene tages fra."),
        "to_initiative": ({"to_initiative": "", "to_source": str(money.pool.pk)}, "Det er det samme sted."),
    }
    for field, (typed, words) in wrong.items():
        answer = officer.post(address, {**sent, "quantity": "1", **typed})
        assert answer.status_code == 400, field
        assert words in answer.context["form"].errors[field][0], (field, answer.context["form"].errors)
    assert BudgetChange.objects.count() == 1


def test_money_is_not_transferred_between_years(money: Money, officer: Client) -> None:
    money.adopt(100)
    money.adopt(100, year=YEAR + 1)
    address = reverse("programmes:budget_transfer")
    html = officer.get(address).content.decode()
    keys = re.findall(r'<option value="(\d+)"[^>]*>Erhvervspuljen · ikke udmøntet', html)
    sent = {**NEW, "from_place": keys[0], "to_place": keys[1], "quantity": "1", "title": "x"}
    answer = officer.post(address, {**sent, "new_body": str(money.council.pk)})
    assert answer.context["form"].errors["to_place"] == [
        "Penge omplaceres inden for et år. Vælg et sted i 2026, eller overfør dem til et andet år."
    ]


def lines(money: Money, **typed: str) -> dict[str, str]:
    return {
        **NEW, "token": "t", "title": "Budget 2027", "new_body": str(money.council.pk), "rows": "3",
        "first_year": "2027", "columns_year": "2027", "source_0": str(money.pool.pk),
        "initiative_0": str(money.first.pk), "kroner_0_0": "1,5 mio. kr.", "kroner_0_3": "t.kr. 800.000", **typed,
    }  # fmt: skip


def test_a_budget_and_the_three_years_after_it_are_adopted_in_one_row(money: Money, officer: Client) -> None:
    address = reverse("programmes:budget_adopt")
    assert officer.post(address, lines(money)).status_code == 302
    found = {key.year: balance.original for key, balance in balances(ledger.AsOf.now()).items()}
    assert found == {2027: 1_500_000, 2030: 800_000_000}


def test_more_lines_and_other_years_lose_nothing(money: Money, officer: Client) -> None:
    address = reverse("programmes:budget_adopt")
    more = officer.post(address, lines(money, more="1", title=""))
    assert more.status_code == 200
    again = sends(more)
    assert (again["rows"], again["kroner_0_0"], again["source_0"]) == (["8"], ["1,5 mio. kr."], [str(money.pool.pk)])
    moved = officer.post(address, lines(money, more="0", first_year="2028"))
    assert sends(moved)["columns_year"] == ["2028"]
    # Sent with another year than the columns said, it is not saved but shown.
    unseen = officer.post(address, lines(money, first_year="2028"))
    assert "Kolonnerne begyndte med 2027" in unseen.context["form"].errors["first_year"][0]
    assert BudgetChange.objects.count() == 0


def test_lines_are_refused_at_their_field(money: Money, officer: Client) -> None:
    address = reverse("programmes:budget_adopt")
    for field, typed, words in (
        ("source_1", {"kroner_1_0": "1"}, "Vælg, hvor pengene kommer fra."),
        ("kroner_1_0", {"source_1": str(money.pool.pk)}, "Skriv et beløb i et af årene"),
        ("kroner_0_0", {"kroner_0_0": "32.850.0000"}, ""),
        (
            "kroner_1_0",
            {"source_1": str(money.pool.pk), "initiative_1": str(money.first.pk), "kroner_1_0": "5"},
            "står der to gange",
        ),
        ("first_year", {"first_year": "1900", "columns_year": ""}, "Vælg fra listen."),
    ):
        answer = officer.post(address, lines(money, **typed))
        assert answer.status_code == 400
        assert words in answer.context["form"].errors[field][0], field
    supplement = officer.post(reverse("programmes:budget_supplement"), lines(money))
    assert supplement.context["form"].errors["financing"] == ["Skriv, hvad tillægsbevillingen finansieres af."]
    over = officer.post(reverse("programmes:budget_transfer_lines"), lines(money))
    assert "skal gå i nul" in over.context["form"].non_field_errors()[0]


def test_what_is_left_is_carried_over(money: Money, officer: Client) -> None:
    """500 and 1.500 - 1.600: the rest is proposed, the overspent place is left empty."""
    lived(money)
    book(money.officer, money.owner, [Entry(money.pool, money.second, YEAR, "B3", DAY, Decimal(70))])
    address = f"{reverse('programmes:budget_carry_over')}?from=2026&to=2027"
    proposed = sends(officer.get(address))
    amounts = sorted(value for name, value in proposed.items() if name.startswith("carry_"))
    assert amounts == [[""], [""], ["500"]]
    answer = officer.post(address, {**proposed, **NEW, "new_body": str(money.council.pk)})
    assert answer.status_code == 302
    found = balances(ledger.AsOf.now())
    heading = money.pool.heading_id
    assert (found[Key(money.pool.key, heading, 2026)].left, found[Key(money.pool.key, heading, 2027)].left) == (0, 500)


def test_a_change_is_taken_back_with_a_version(money: Money, officer: Client) -> None:
    change = money.adopt(500)
    address = reverse("programmes:budget_take_back", args=[change.pk])
    sent = {"decision": str(change.decision_id), "note": "Forkert år"}
    assert officer.post(address, sent).status_code == 409, "without a version nobody knows what was shown"
    assert send(officer, address, {**sent, "note": ""}).status_code == 400
    assert send(officer, address, sent).status_code == 302
    back = BudgetChange.objects.get(reverses=change)
    page = reads(officer.get(reverse("programmes:budget_change", args=[change.pk])))
    assert "Taget tilbage af: Taget tilbage: En ændring" in page
    assert "Forkert år" in reads(officer.get(reverse("programmes:budget_change", args=[back.pk])))
    stranger = somebody("controller@demo.example")
    assert stranger.get(address).status_code == 403


def test_decisions_and_bodies_have_versions(money: Money, officer: Client) -> None:
    decision = money.adopt(500).decision
    address = reverse("programmes:decision_change", args=[decision.pk])
    sent = {**sends(officer.get(address)), "title": "Budget, rettet"}
    assert officer.post(address, sent).status_code == 302
    assert officer.post(address, {**sent, "title": "Igen"}).status_code == 409, "somebody else was first"
    decision.refresh_from_db()
    assert decision.title == "Budget, rettet"
    refused = send(officer, address, {**sends(officer.get(address)), "outcome": "refused"})
    assert "Der hviler penge på denne beslutning." in reads(refused)
    page = reads(officer.get(reverse("programmes:decision", args=[decision.pk])))
    assert "En ændring" in page

    address = reverse("programmes:body_change", args=[money.committee.pk])
    sent = {**sends(officer.get(address)), "up_to_transfer": "300.000"}
    assert officer.post(address, sent).status_code == 302
    assert money.committee.delegations.get(what="transfer").up_to == 300_000
    assert officer.post(address, sent).status_code == 409
    made = officer.post(
        reverse("programmes:body_new"),
        {"token": "b", "name": "Chefen", "kind": "management", "up_to_commitment": "50.000"},
    )
    assert "Sæt også kryds" in made.context["form"].errors["may_commitment"][0]
    assert Body.objects.filter(name="Chefen").count() == 0


def test_a_recommendation_waits_without_a_day(money: Money, officer: Client) -> None:
    address = reverse("programmes:decision_new")
    sent = {
        "token": "d", "title": "Ny pulje", "body": str(money.council.pk), "outcome": "pending",
        "recommended": "At der afsættes 1 mio. kr.",
    }  # fmt: skip
    day = {"decided_on_day": "1", "decided_on_month": "2", "decided_on_year": "2026"}
    wrong = officer.post(address, {**sent, **day})
    assert wrong.context["form"].errors["decided_on"][0].startswith("Det, der stadig venter")
    assert officer.post(address, sent).status_code == 302
    assert officer.post(address, sent).status_code == 302
    assert Decision.objects.filter(title="Ny pulje").count() == 1


# ------------------------------------------------------------------------------------------------ the year
def test_the_half_year_account_is_what_was_decided_and_booked_by_june(money: Money, officer: Client) -> None:
    """Adopted in January 1.000; 300 more in July; 200 spent in June and 150 in August; expected 1.250 in August."""
    money.adopt(1000)
    later = money.decision(decided_on=date(2026, 7, 15))
    money.change("supplementary", [money.line(300)], decision=later, financing="Kassen")
    for number, day, kroner_ in (("B1", date(2026, 6, 30), 200), ("B2", date(2026, 8, 1), 150)):
        book(money.officer, money.owner, [Entry(money.pool, None, YEAR, number, day, Decimal(kroner_))])
    expect(
        money.officer, funding_source=money.pool, initiative=None, year=YEAR, quantity=Decimal(1250),
        stated_on=date(2026, 8, 15),
    )  # fmt: skip
    page = officer.get(reverse("programmes:half_year", args=[YEAR]))
    (row,) = page.context["table"].rows
    shown = {name: getattr(row[name], "value", row[name]) for name in ("original", "corrected", "spent", "expected")}
    assert shown == {"original": 1000, "corrected": 1000, "spent": 200, "expected": 1250}
    assert row["difference"] == 250
    for name in ("corrected", "spent", "expected"):
        assert officer.get(row[name].url).context["value"] == shown[name], name


def test_a_year_is_closed_once(money: Money, officer: Client) -> None:
    money.adopt(100)
    address = reverse("programmes:year_close", args=[YEAR])
    assert "Der er 100,00" in reads(officer.get(address))
    assert officer.post(address, {"token": "c", "note": "Regnskab afsluttet"}).status_code == 302
    assert officer.post(address, {"token": "c", "note": "Regnskab afsluttet"}).status_code == 302
    again = officer.post(address, {"token": "d"})
    assert "Året er allerede lukket." in reads(again)
    assert YearClosing.objects.count() == 1
    page = reads(officer.get(reverse("programmes:budget_year", args=[YEAR])))
    assert "Året blev lukket" in page
    assert "Regnskab afsluttet" in page


def test_what_is_expected_is_said_of_all_places_at_once(money: Money, officer: Client) -> None:
    lived(money)
    address = reverse("programmes:expected", args=[money.pool.key, YEAR])
    form = sends(officer.get(address))
    first, second = sorted(name for name in form if name.startswith("expected_"))
    day = "15.08.2026"
    assert officer.post(address, {**form, first: "500", second: "1.600", "stated_on": day}).status_code == 302
    assert {row.quantity for row in ExpectedOutturn.objects.all()} == {500, 1600}
    assert officer.post(address, {**form, first: "1", second: "1", "stated_on": day}).status_code == 409
    # Only what is new is said again; what has been said is not taken away.
    form = sends(officer.get(address))
    assert officer.post(address, {**form, second: "1.700", "stated_on": "01.09.2026"}).status_code == 302
    assert ExpectedOutturn.objects.count() == 3
    form = sends(officer.get(address))
    empty = officer.post(address, {**form, second: ""})
    assert "fjernes ikke" in empty.context["form"].errors[second][0]
    future = officer.post(address, {**form, second: "1", "stated_on": "01.01.2099"})
    assert future.context["form"].errors["stated_on"] == ["Dagen er ikke kommet endnu."]


def test_a_factor_is_registered_with_its_source(money: Money, officer: Client) -> None:
    address = reverse("programmes:price_index_new")
    sent = {"token": "p", "year": "2027", "factor": "1,035", "valid_from": "01.06.2026", "source": "KL"}
    assert officer.post(address, {**sent, "source": ""}).status_code == 400
    assert officer.post(address, sent).status_code == 302
    assert PriceIndex.objects.get().factor == Decimal("1.035")
    twice = officer.post(address, {**sent, "token": "q"})
    assert "valid_from" in twice.context["form"].errors
    assert "1,035000" in reads(officer.get(reverse("programmes:price_indices")))


def test_an_organisation_without_money_is_told_what_to_do(money: Money) -> None:
    page = somebody("controller@demo.example").get(reverse("programmes:budget_adopt"))
    assert page.status_code == 200
    assert "Opret først en finansieringskilde." in reads(page)
