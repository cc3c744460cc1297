"""The pages of funding sources, amounts, commitments, vouchers and reconciliation, as a budget officer uses them."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.audit.models import Opening
from portal.identity.models import User
from programmes.amounts import state_amount
from programmes.commitments import commit
from programmes.models import Account, Amount, Commitment, FundingSource, Reconciliation, Voucher
from programmes.sources import add_account, make_source
from programmes.spending import Entry, book
from tests.forms import hidden, reads, send
from tests.identity.helpers import signed_in
from tests.programmes.money import DAY, YEAR, Money

ACCOUNT = "06.48.67.1.0.001"


@pytest.fixture
def client(money: Money) -> Client:
    return as_user("budget@demo.example")


def as_user(email: str) -> Client:
    client = Client()
    signed_in(client, User.objects.get(email=email))
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"programmes:{name}", args=args)


def state(money: Money, lines: dict[int | None, int], **more: Any) -> Amount:
    given: dict[str, Any] = {
        "funding_source": money.pool, "initiative": money.first, "step": "set_aside", "stated_on": DAY,
        "form": "yearly", **more,
    }  # fmt: skip
    return state_amount(money.officer, lines={year: Decimal(n) for year, n in lines.items()}, **given)


def bind(money: Money, kroner: int, **more: Any) -> Commitment:
    given: dict[str, Any] = {"initiative": None, "counterpart": "Leverandør ApS", "committed_on": DAY, **more}
    return commit(money.officer, funding_source=money.pool, year=YEAR, quantity=Decimal(kroner), **given)


def table_row(page: Any, start: str) -> str:
    """The text of the row whose heading begins so."""
    for row in re.findall(r"<tr role=\"row\".*?</tr>", page.content.decode(), re.DOTALL):
        text = " ".join(re.sub(r"<[^>]+>", " ", re.sub(r'<span class="vb-label".*?</span>', "", row)).split())
        if text.startswith(start):
            return text.replace("\u00a0", " ")
    raise AssertionError(f"no row {start}")


# ------------------------------------------------------------------------------------------------ sources
def test_making_a_source_and_finding_it(client: Client, money: Money) -> None:
    said = {
        "name": "Ærø-puljen", "owner": money.owner.pk, "kind": "grant", "status": "granted", "way": "supplement",
        "sought": "6 mio. kr.", "granted": "5.000.000", "rate": "33,3", "deadline": "01.03.2026",
    }  # fmt: skip
    answer = send(client, url("source_new"), said)
    source = FundingSource.objects.get(name="Ærø-puljen")
    assert answer.url == url("source", source.key)
    assert (source.sought, source.granted, source.rate_of, source.rate_in) == (6_000_000, 5_000_000, 333, 1000)
    text = reads(client.get(answer.url))
    assert "tillægsansøgning" in text
    assert "højst 33,3 % af udgifterne" in text
    assert "01.03.2026" in text
    assert "Ærø-puljen" in reads(client.get(url("sources") + "?text=aeroe"))
    assert "Ærø-puljen" not in reads(client.get(url("sources") + "?text=aeroe&kind=pool"))
    exported = b"".join(client.get(url("sources") + "?export=csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "Ærø-puljen" in exported
    assert "5000000,00" in exported


def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(client: Client, money: Money) -> None:
    said = {"name": "Erhvervspuljen", "owner": money.owner.pk, "kind": "pool", "status": "active", "rate": "140",
            "granted": "32.850.0000"}  # fmt: skip
    answer = send(client, url("source_new"), said)
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "mellem 0 og 100" in text
    assert 'value="140"' in text
    assert 'value="32.850.0000"' in text
    answer = send(client, url("source_new"), {**said, "rate": "", "granted": ""})
    assert answer.status_code == 400
    assert "har allerede en finansieringskilde" in answer.content.decode()


def test_changing_a_source_keeps_what_stood(client: Client, money: Money) -> None:
    page = client.get(url("source_change", money.pool.key))
    assert 'value="Erhvervspuljen"' in page.content.decode()
    said = {"name": "Erhvervspuljen", "kind": "pool", "status": "closed", "rate": "50"}
    assert send(client, url("source_change", money.pool.key), said).url == url("source", money.pool.key)
    money.pool.refresh_from_db()
    assert (money.pool.status, money.pool.rate_of, money.pool.rate_in) == ("closed", 50, 100)
    assert client.post(url("source_change", money.pool.key), {**hidden(page), **said}).status_code == 409


def test_others_see_it_and_are_told_why_they_do_not_change_it(money: Money) -> None:
    controller = as_user("controller@demo.example")
    assert "Aalborg Kommune" in reads(controller.get(url("source", money.pool.key)))
    answer = controller.get(url("source_change", money.pool.key))
    assert answer.status_code == 403
    assert "Aalborg Kommune" in answer.content.decode()


def test_steps_by_year_with_no_year_and_frame_apart(client: Client, money: Money) -> None:
    """Set aside 100.000 in 2026, 250.000 without a year and a frame of 400.000: 750.000 in all, by us."""
    state(money, {2026: 100_000})
    state(money, {None: 250_000}, form="year_not_stated")
    state(money, {None: 400_000}, form="frame", first_year=2021, last_year=2024)
    state(money, {}, form="settled_elsewhere")
    money.adopt(80_000, money.first)
    bind(money, 30_000, initiative=money.first)
    book(money.officer, money.owner, [Entry(money.pool, money.first, YEAR, "1", DAY, Decimal(60_000))])
    page = client.get(url("source", money.pool.key))
    text = reads(page)
    for part in ("Uden år", "ramme 2021–2024", "Summer beregnet af os", "I alt (beregnet af os)"):
        assert part in text, part
    row = table_row(page, "Afsat (ramme)")
    assert list(re.findall(r"[\d.]{5,}", row)) == ["100.000", "400.000", "250.000", "750.000"]
    assert "afgøres andetsteds: 1" in row
    # 80.000 - 30.000 bound - 60.000 spent
    assert "−10.000" in table_row(page, "Restbudget")
    assert "ingen registreret" in table_row(page, "Anbefalet")
    assert "afgøres andetsteds" in text
    assert " 0,00 kr. afsat" not in text


def test_a_krone_that_goes_through_another_source_is_told(client: Client, money: Money) -> None:
    agreement = make_source(money.officer, money.owner, name="Budgetforlig 2023", kind="agreement")
    frame = state(money, {2023: 500_000}, funding_source=agreement)
    state(money, {2023: 500_000}, step="released", comes_from=frame)
    for source, other in ((money.pool, "Budgetforlig 2023"), (agreement, "Erhvervspuljen")):
        text = reads(client.get(url("source", source.key)))
        assert "Heraf talt ét sted" in text
        assert other in text.split("Heraf talt ét sted")[1][:400]


def test_who_waits(client: Client, money: Money) -> None:
    """Recommended 70.000 and a second one of 30.000 that has been set aside: one waits."""
    state(money, {2026: 70_000}, step="recommended")
    later = state(money, {2026: 30_000}, step="recommended", initiative=money.second)
    state(money, {2026: 30_000}, initiative=money.second, comes_from=later)
    money.adopt(40_000)
    text = reads(client.get(url("source", money.pool.key)))
    assert "1 anbefalede beløb venter, i alt 70.000,00 kr.; 40.000,00 kr. er ikke udmøntet endnu." in text


def test_accounts_are_added_and_removed(client: Client, money: Money) -> None:
    add = url("account_new", money.pool.key)
    assert send(client, add, {"account": "06.48"}).status_code == 400
    assert send(client, add, {"account": ACCOUNT, "initiative": money.first.pk}).status_code == 302
    account = Account.objects.get()
    page = client.get(url("source", money.pool.key))
    assert ACCOUNT in reads(page)
    assert "1 Iværksætteri" in table_row(page, ACCOUNT)
    assert send(client, url("account_remove", money.pool.key, account.pk)).status_code == 302
    assert not Account.objects.exists()


# ------------------------------------------------------------------------------------------------ amounts
def amount_said(money: Money, **more: Any) -> dict[str, Any]:
    return {"funding_source": money.pool.pk, "initiative": money.first.pk, "step": "set_aside", "form": "yearly",
            "stated_on": "15.01.2026", "lines": "4", **more}  # fmt: skip


def test_an_amount_for_several_years_in_one_form(client: Client, money: Money) -> None:
    said = amount_said(money, year_1="2023-2025", quantity_1="250.000", year_2="2026", quantity_2="0,5 mio. kr.")
    answer = send(client, url("amount_new"), said)
    amount = Amount.objects.get()
    assert answer.url == url("amount", amount.pk)
    lines = {line.year: line.quantity for line in amount.lines.all()}
    assert lines == {2023: 250_000, 2024: 250_000, 2025: 250_000, 2026: 500_000}
    assert "1.250.000,00" in reads(client.get(answer.url))


def test_a_frame_and_an_amount_without_a_year(client: Client, money: Money) -> None:
    assert (
        send(
            client, url("amount_new"), amount_said(money, form="frame", year_1="2021-2024", quantity_1="400.000")
        ).status_code
        == 302
    )
    frame = Amount.objects.get()
    assert (frame.first_year, frame.last_year, frame.lines.get().year) == (2021, 2024, None)
    assert (
        send(client, url("amount_new"), amount_said(money, form="year_not_stated", quantity_1="5")).status_code == 302
    )
    assert send(client, url("amount_new"), amount_said(money, form="settled_elsewhere")).status_code == 302
    text = reads(client.get(url("amount", Amount.objects.latest("pk").pk)))
    assert "afgøres andetsteds" in text
    assert "0,00" not in text


def test_more_lines_without_a_script_and_nothing_is_lost(client: Client, money: Money) -> None:
    said = amount_said(money, year_1="2023", quantity_1="7", note="Husk mig", more="1")
    answer = send(client, url("amount_new"), said)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="quantity_8"' in text
    assert 'value="Husk mig"' in text
    assert 'value="2023"' in text
    assert not Amount.objects.exists()
    said = {**said, "lines": "8", "year_8": "2024", "quantity_8": "8"}
    del said["more"]
    assert send(client, url("amount_new"), said).status_code == 302
    assert Amount.objects.get().lines.count() == 2


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ({"year_1": "2023"}, "Skriv årets beløb"),
        ({"year_1": "2023", "quantity_1": "5", "year_2": "2023", "quantity_2": "6"}, "to gange"),
        ({"year_1": "snart", "quantity_1": "5"}, "snart"),
        ({"form": "frame", "year_1": "2023", "quantity_1": "5"}, "fra hvilket år"),
        ({"year_1": "2023", "quantity_1": "32.850.0000"}, "32.850.0000"),
        ({"form": "one_off", "year_1": "2023-2024", "quantity_1": "5"}, "ét beløb"),
    ],
)
def test_what_is_wrong_with_an_amount(client: Client, money: Money, more: dict[str, str], part: str) -> None:
    answer = send(client, url("amount_new"), amount_said(money, **more))
    assert answer.status_code == 400
    assert part in reads(answer)


def test_the_next_step_knows_where_it_comes_from_and_is_sent_once(client: Client, money: Money) -> None:
    frame = state(money, {2026: 100})
    address = f"{url('amount_new')}?source={money.pool.key}&from={frame.pk}"
    page = client.get(address)
    token = re.search(r'name="token" value="([^"]+)"', page.content.decode())
    assert token is not None
    said = amount_said(money, step="released", comes_from=frame.pk, year_1="2026", quantity_1="60", token=token[1])
    first, second = client.post(address, said), client.post(address, said)
    assert first.url == second.url
    assert Amount.objects.filter(comes_from=frame).count() == 1
    text = reads(client.get(url("amount", frame.pk)))
    assert "60,00 kr. af det er gået videre til senere trin; 40,00 kr. er ikke." in text
    assert "blev til" in text
    answer = send(client, address, {**said, "quantity_1": "41", "token": "en-anden"})
    assert answer.status_code == 400
    assert "40,00" in reads(answer)


def test_an_amount_is_withdrawn_with_a_reason(client: Client, money: Money) -> None:
    amount = state(money, {2026: 100})
    address = url("amount_withdraw", amount.pk)
    assert send(client, address, {"reason": ""}).status_code == 400
    assert send(client, address, {"reason": "Forkert dokument"}).status_code == 302
    assert "Forkert dokument" in reads(client.get(url("amount", amount.pk)))


# ------------------------------------------------------------------------------------------------ commitments
def test_committing_shows_what_is_left_and_refuses_with_the_reason(client: Client, money: Money) -> None:
    money.adopt(100_000, money.first)
    address = f"{url('commitment_new')}?source={money.pool.key}&initiative={money.first.pk}&year={YEAR}"
    page = client.get(address)
    assert "100.000,00" in table_row(page, "Erhvervspuljen")
    said = {"funding_source": money.pool.pk, "initiative": money.first.pk, "year": YEAR, "kind": "grant",
            "quantity": "100.001", "counterpart": "Salen ApS", "committed_on": "15.01.2026"}  # fmt: skip
    answer = send(client, address, said)
    text = reads(answer)
    assert answer.status_code == 400
    assert "1,00 kr. for meget" in text
    assert 'value="Salen ApS"' in answer.content.decode()
    assert 'value="100.001"' in answer.content.decode()
    answer = send(client, address, {**said, "quantity": "100.000"})
    row = Commitment.objects.get()
    assert answer.url == url("commitment", row.pk)
    assert row.kind == "grant"


def test_the_list_filters_searches_and_notes_who_was_opened(client: Client, money: Money) -> None:
    money.adopt(100)
    first = bind(money, 10, counterpart="Ærø Byg")
    bind(money, 20, counterpart="Nord ApS", reference="D-2")
    address = url("commitments")
    assert "Nord ApS" not in reads(client.get(f"{address}?text=aeroe"))
    line = Opening.objects.filter(kind="commitment").latest("pk")
    assert line.keys == [str(first.pk)]
    assert "Ærø Byg" not in reads(client.get(f"{address}?text=d-2"))
    assert "Ærø Byg" not in reads(client.get(f"{address}?state=closed"))
    assert "Ærø Byg" in reads(client.get(f"{address}?source={money.pool.pk}&year={YEAR}&initiative=none"))
    assert "Ærø Byg" not in reads(client.get(f"{address}?initiative={money.first.pk}"))
    exported = b"".join(client.get(f"{address}?export=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "Nord ApS" in exported
    assert "D-2" in exported


def test_changing_and_closing(client: Client, money: Money) -> None:
    """Bound 50 of 100, of which 20 are spent: at most 100, at least 20; closed, 80 are left."""
    money.adopt(100)
    row = bind(money, 50)
    book(money.officer, money.owner, [Entry(money.pool, None, YEAR, "1", DAY, Decimal(20), commitment=row)])
    change = url("commitment_change", row.pk)
    for kroner, part in (("101", "for meget"), ("19", "20,00")):
        answer = send(client, change, {"quantity": kroner, "counterpart": "A"})
        assert answer.status_code == 400
        assert part in reads(answer)
    assert send(client, change, {"quantity": "60", "counterpart": "B"}).status_code == 302
    text = reads(client.get(url("commitment", row.pk)))
    assert "B" in text
    assert "40,00 kr." in text
    assert send(client, url("commitment_close", row.pk), {"reason": "Færdig"}).status_code == 302
    row.refresh_from_db()
    assert (row.quantity, row.closed_reason) == (20, "Færdig")


def test_single_commitments_and_vouchers_are_for_the_keeper(money: Money) -> None:
    money.adopt(100)
    row = bind(money, 10)
    (voucher,) = book(money.officer, money.owner, [Entry(money.pool, None, YEAR, "1", DAY, Decimal(5))])
    controller = as_user("controller@demo.example")
    assert controller.get(url("commitment", row.pk)).status_code == 404
    assert controller.get(url("voucher", voucher.pk)).status_code == 404
    assert "Leverandør ApS" not in reads(controller.get(url("commitments")))
    before = Opening.objects.count()
    as_user("budget@demo.example").get(url("voucher", voucher.pk))
    assert Opening.objects.count() == before + 1


# ------------------------------------------------------------------------------------------------ vouchers
def test_a_voucher_by_hand_once_and_withdrawn(client: Client, money: Money) -> None:
    said = {"funding_source": money.pool.pk, "year": YEAR, "number": "77", "booked_on": "15.01.2026",
            "quantity": "150.000", "supplier": "Salen"}  # fmt: skip
    answer = send(client, url("voucher_new"), said)
    row = Voucher.objects.get()
    assert answer.url == url("voucher", row.pk)
    assert send(client, url("voucher_new"), {**said, "token": "en-anden"}).status_code == 400
    text = reads(client.get(f"{url('vouchers')}?state=overspent"))
    assert "77" in text
    assert "merforbrug" in text
    assert send(client, url("voucher_withdraw", row.pk), {"reason": "Fejl"}).status_code == 302
    assert "Salen" not in reads(client.get(f"{url('vouchers')}?state=overspent"))
    assert "Salen" in reads(client.get(f"{url('vouchers')}?state=withdrawn"))


# ------------------------------------------------------------------------------------------------ import
def upload(client: Client, content: str, name: str = "forbrug.csv") -> Any:
    file = SimpleUploadedFile(name, content.encode())
    return client.post(url("spending_upload"), {"file": file})


def test_a_file_from_upload_to_booked(client: Client, money: Money) -> None:
    """Four rows: one new of 100, one booked already, one of a known voucher with another amount, one wrong."""
    add_account(money.officer, money.pool, ACCOUNT)
    money.adopt(50)
    for number, kroner in (("2", 20), ("3", 30)):
        book(money.officer, money.owner,
             [Entry(money.pool, None, YEAR, number, DAY, Decimal(kroner), account=ACCOUNT)])  # fmt: skip
    content = "\n".join([
        "Fakturanr.;Dag;Kroner;Hvor", f"1;15.01.2026;100,00;{ACCOUNT}", f"2;15.01.2026;20,00;{ACCOUNT}",
        f"3;15.01.2026;31,00;{ACCOUNT}", f"4;15.01.2026;32.850.0000;{ACCOUNT}",
    ])  # fmt: skip
    columns = upload(client, content).url
    assert columns.endswith("/kolonner/")
    said = {"column_number": "fakturanr.", "column_booked_on": "dag", "column_quantity": "kroner",
            "decimal_sign": ","}  # fmt: skip
    assert "Vælg kolonnen med kontoen" in reads(client.post(columns, said))
    preview = client.post(columns, {**said, "column_account": "hvor"}).url  # type: ignore[attr-defined]
    page = client.get(preview)
    assert "1 100,00 kr." in table_row(page, "Bogføres")
    assert "1 20,00 kr." in table_row(page, "Allerede bogført")
    assert "4 151,00 kr." in table_row(page, "Hele filen")
    text = reads(page)
    assert "3: 31,00 kr. i filen; allerede bogført: 30,00 kr. 15.01.2026" in text
    assert "32.850.0000" in text
    assert "merforbrug på 131,00 kr." in text
    exported = b"".join(client.get(f"{preview}?export=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "32.850.0000" in exported
    rest = client.post(preview, {"accepted": ["3"]}).url  # type: ignore[attr-defined]
    assert sorted(Voucher.objects.values_list("number", "quantity")) == [("1", 100), ("2", 20), ("3", 30), ("3", 31)]
    assert "32.850.0000" in reads(client.get(rest))
    assert client.post(preview, {"accepted": ["3"]}).url == url("vouchers")  # type: ignore[attr-defined]
    assert Voucher.objects.count() == 4
    # The next file with these headings is read the same way, without being asked.
    assert not upload(client, content.replace(";100,00;", ";101,00;")).url.endswith("/kolonner/")


def test_a_place_for_the_whole_file_is_chosen_beside_the_columns(client: Client, money: Money) -> None:
    columns = upload(client, "Bilag;Dato;Debet;Kredit\n1;15.01.2026;100,00;\n2;15.01.2026;;40,00").url
    said = {"column_number": "bilag", "column_booked_on": "dato", "column_debit": "debet", "column_credit": "kredit",
            "decimal_sign": ",", "funding_source": money.pool.pk, "initiative": money.first.pk}  # fmt: skip
    preview = client.post(columns, said).url  # type: ignore[attr-defined]
    assert client.post(preview).url == url("vouchers")  # type: ignore[attr-defined]
    found = Voucher.objects.values_list("number", "quantity", "cell__initiative")
    assert sorted(found) == [("1", 100, money.first.pk), ("2", -40, money.first.pk)]


def test_a_file_that_is_no_table_is_refused_at_its_field(client: Client) -> None:
    answer = upload(client, "%PDF-1.4 \x00\x01")
    assert answer.status_code == 400
    assert "fejl" in answer.content.decode().lower()


# ------------------------------------------------------------------------------------------------ reconciliation
def test_reconciling_shows_both_totals_and_asks_why(client: Client, money: Money) -> None:
    book(money.officer, money.owner, [Entry(money.pool, None, YEAR, "1", date(YEAR, 1, 20), Decimal(100))])
    said = {"year": YEAR, "month": "1", "system_total": "120", "funding_source": money.pool.pk}
    page = send(client, url("reconciliation_new"), {**said, "look": "1"})
    assert page.status_code == 200
    assert "20,00" in table_row(page, "Forskel")
    assert not Reconciliation.objects.exists()
    assert 'value="120"' in page.content.decode()
    answer = send(client, url("reconciliation_new"), said)
    assert answer.status_code == 400
    assert "20,00" in reads(answer)
    answer = send(client, url("reconciliation_new"), {**said, "explanation": "Et bilag er ikke læst"})
    row = Reconciliation.objects.get()
    assert answer.url == url("reconciliation", row.pk)
    assert "Et bilag er ikke læst" in reads(client.get(url("reconciliations")))
    book(money.officer, money.owner, [Entry(money.pool, None, YEAR, "2", date(YEAR, 1, 21), Decimal(20))])
    text = reads(client.get(answer.url))
    assert "Siden er der bogført 20,00 kr. mere" in text
    assert "nu er bogført 120,00 kr." in text
