"""The pages of series: register, correct, withdraw, confirm, read from a file, import statistics."""

import io
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal import ledger
from portal.geography.models import Area
from portal.identity.models import Organisation, User
from portal.identity.roles import OrganisationKind, Role
from portal.ledger.audit import differences
from portal.ledger.models import Fact
from reporting import measures, uploads
from reporting.absences import absent
from reporting.models import EvidenceFile, Observation, Series, Vintage
from reporting.observations import make_series, observe
from tests.forms import send
from tests.reporting.conftest import make_user

DAY = date(2020, 3, 12)


@pytest.fixture
def hub(db: None) -> Organisation:
    area = Area.objects.get(kind=Area.Kind.HUB, name="Erhvervshus Nordjylland")
    return Organisation.objects.create(name="Erhvervshus Nordjylland", kind=OrganisationKind.HUB, area=area)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def controller(hub: Organisation) -> Client:
    return signed_in(make_user(Role.HUB_CONTROLLER, hub))


@pytest.fixture
def secretariat(hub: Organisation) -> Client:
    return signed_in(make_user(Role.KKR_SECRETARIAT))


def answers(hub: Organisation) -> Series:
    return make_series("tilfredshed", "Tilfredshed", measures.ANSWER, hub, question="Er du tilfreds?")


def typed(**more: Any) -> dict[str, Any]:
    return {"token": "t1", "occurred_on_day": "12", "occurred_on_month": "3", "occurred_on_year": "2020", **more}


def page(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(f"reporting:{name}", args=args))
    assert answer.status_code == 200, (name, answer.status_code)
    return str(answer.content.decode())


# ------------------------------------------------------------------------------------------------------------ by hand
def test_register_correct_and_withdraw(hub: Organisation, controller: Client) -> None:
    series = answers(hub)
    assert "Er du tilfreds?" in page(controller, "observation_register", series.key)
    url = reverse("reporting:observation_register", args=[series.key])
    sent = typed(category="Enig", quantity="2", note="Fra telefonrunden")
    answer = controller.post(url, sent)
    observation = Observation.objects.get()
    assert answer.url == reverse("reporting:observation", args=[series.key, observation.pk])
    assert controller.post(url, sent).url == answer.url  # the same page sent twice
    assert (observation.category, observation.quantity, observation.note) == ("Enig", 2, "Fra telefonrunden")
    assert b"Enig" in controller.get(answer.url).content

    correcting = reverse("reporting:observation_correct", args=[series.key, observation.pk])
    assert 'value="Enig"' in controller.get(correcting).content.decode()
    refused = send(controller, correcting, typed(category="Uenig", quantity="2"))
    assert refused.status_code == 400
    assert Observation.objects.get().category == "Enig"
    send(controller, correcting, typed(category="Uenig", quantity="2", reason="Læst forkert", reason_code="error"))
    observation.refresh_from_db()
    assert (observation.category, observation.revision) == ("Uenig", 2)
    shown = page(controller, "observation", series.key, observation.pk)
    assert "Læst forkert" in shown
    assert "Enig" in shown

    withdrawing = reverse("reporting:observation_withdraw", args=[series.key, observation.pk])
    assert send(controller, withdrawing, {"reason": ""}).status_code == 400
    assert send(controller, withdrawing, {"reason": "Talt to gange", "reason_code": "error"}).status_code == 302
    assert "Talt to gange" in page(controller, "observation", series.key, observation.pk)
    assert controller.get(correcting).status_code == 403
    assert [fact.quantity for fact in Fact.objects.order_by("place")] == [2, -2, 2, -2]
    assert differences() == []


def test_what_is_wrong_stands_at_the_field(hub: Organisation, controller: Client) -> None:
    series = answers(hub)
    url = reverse("reporting:observation_register", args=[series.key])
    for sent in (typed(category="", quantity="1"), typed(category="Enig", quantity="1,5"),
                 typed(category="Enig", quantity="mange"),
                 typed(category="Enig", quantity="1", occurred_on_year="2999"),
                 typed(category="Enig", quantity="1", occurred_on_day="")):  # fmt: skip
        answer = controller.post(url, sent)
        assert answer.status_code == 400
        assert b"form-error" in answer.content
    assert not Observation.objects.exists()


@pytest.mark.parametrize(
    ("kind", "sent", "quantity"),
    [
        (measures.INVITED, {"quantity": "1.315"}, 1315),
        (measures.MEASUREMENT, {"quantity": "-34,7", "qualifier": "ca.", "vintage": "2018"}, Decimal("-34.7")),
        (measures.MEASUREMENT, {"quantity": "0", "period_from": "1.1.2020", "period_to": "31.12.2020"}, 0),
        (measures.DELIVERY, {"quantity": "1"}, 1),
        (measures.VOLUME, {"quantity": "3", "municipality": "0851", "company": "99000007"}, 3),
        (measures.ASSESSMENT, {"quantity": "75"}, 75),
    ],
)
def test_every_kind_has_its_form(
    hub: Organisation, controller: Client, kind: str, sent: dict[str, str], quantity: Any
) -> None:
    series = make_series("serie", "Serie", kind, hub)
    answer = controller.post(reverse("reporting:observation_register", args=["serie"]), typed(**sent))
    assert answer.status_code == 302, answer.content.decode()
    observation = Observation.objects.get(series=series)
    assert observation.quantity == quantity
    assert (observation.subject is not None) == ("company" in sent)
    page(controller, "observation_correct", "serie", observation.pk)
    page(controller, "observation", "serie", observation.pk)


def test_an_assessment_waits_for_another(hub: Organisation, controller: Client, secretariat: Client) -> None:
    make_series("vurdering", "Vurdering", measures.ASSESSMENT, hub)
    controller.post(reverse("reporting:observation_register", args=["vurdering"]), typed(quantity="75"))
    observation = Observation.objects.get()
    url = reverse("reporting:observation_confirm", args=["vurdering", observation.pk])
    assert controller.get(url).status_code == 403
    assert controller.post(url).status_code == 403
    assert not Fact.objects.exists()
    assert secretariat.get(url).status_code == 200
    assert send(secretariat, url).status_code == 302
    assert Fact.objects.get().quantity == 75


def test_others_read_and_are_told_why_they_may_not_write(hub: Organisation, secretariat: Client) -> None:
    series = answers(hub)
    observation = observe(series, DAY, category="Enig")
    reader = signed_in(make_user(Role.HUB_ADVISER, hub))
    assert "Erhvervshus Nordjylland" in page(reader, "series", series.key)
    for name in ("observation_correct", "observation_withdraw"):
        assert reader.get(reverse(f"reporting:{name}", args=[series.key, observation.pk])).status_code == 403
        assert secretariat.get(reverse(f"reporting:{name}", args=[series.key, observation.pk])).status_code == 404
    assert secretariat.get(reverse("reporting:observation_register", args=[series.key])).status_code == 403
    stranger = Organisation.objects.create(name="Fremmed", kind=OrganisationKind.HUB)
    foreign = signed_in(make_user(Role.HUB_CONTROLLER, stranger))
    assert foreign.get(reverse("reporting:series", args=[series.key])).status_code == 404
    assert foreign.get(reverse("reporting:observation", args=[series.key, observation.pk])).status_code == 404
    assert "Tilfredshed" not in page(foreign, "series_list")


def test_who_opens_no_registrations_reads_how_many_answered_what(hub: Organisation, secretariat: Client) -> None:
    series = answers(hub)
    for category in ("Enig", "Enig", "Uenig"):
        observation = observe(series, DAY, category=category, source="Brev fra Ib")
    address = reverse("reporting:observation", args=[series.key, observation.pk])
    seen = page(secretariat, "series", series.key)
    assert "2 (66,7\xa0%)" in seen, "2 of 3"
    assert "hvor mange der svarede hvad, ikke de enkelte svar" in seen
    assert address not in seen
    assert secretariat.get(address).status_code == 404
    file = secretariat.get(reverse("reporting:series", args=[series.key]) + "?export=csv")
    assert file.status_code == 403
    assert "hvor mange der svarede hvad" in file.content.decode()
    reader = signed_in(make_user(Role.HUB_ADVISER, hub))
    assert address in page(reader, "series", series.key)
    assert reader.get(address).status_code == 200
    # A delivery is a statement about the programme, made to be read.
    delivery = make_series("aftaler", "Aftaler", measures.DELIVERY, hub)
    made = observe(delivery, DAY)
    assert secretariat.get(reverse("reporting:observation", args=[delivery.key, made.pk])).status_code == 200


def test_make_a_survey_with_its_invited(hub: Organisation, controller: Client) -> None:
    url = reverse("reporting:series_make")
    said = {"name": "Anbefaling", "key": "anbefaling", "measure": measures.ANSWER}
    assert controller.post(url, said).status_code == 302
    assert set(Series.objects.values_list("key", "measure")) == {
        ("anbefaling", measures.ANSWER), ("anbefaling-inviterede", measures.INVITED),
    }  # fmt: skip
    again = controller.post(url, said)
    assert again.status_code == 400
    assert b"form-error" in again.content
    assert controller.post(url, {**said, "key": "opret"}).status_code == 400
    assert "Brug kun små bogstaver a-z" in controller.post(url, {**said, "key": "å ø"}).content.decode()
    assert Series.objects.count() == 2
    unnamed = {"name": "Møder på øen", "key": "", "measure": measures.VOLUME}
    assert controller.post(url, unnamed)["Location"] == reverse("reporting:series", args=["moeder-paa-oeen"])


def test_back_and_changed_is_sent_when_the_person_presses_again(hub: Organisation, controller: Client) -> None:
    series = make_series("moeder", "Møder", measures.VOLUME, hub)
    url = reverse("reporting:observation_register", args=[series.key])
    assert controller.post(url, typed(quantity="4")).status_code == 302
    again = controller.post(url, typed(quantity="5"))
    assert "Siden er sendt før med noget andet i" in again.content.decode()
    form = again.context["form"]
    assert (form["quantity"].value(), Observation.objects.count()) == ("5", 1)
    assert controller.post(url, typed(quantity="5", token=form["token"].value())).status_code == 302
    assert sorted(Observation.objects.values_list("quantity", flat=True)) == [4, 5]


def test_the_page_says_how_many_of_the_invited_and_the_share_of_each_answer(
    hub: Organisation, controller: Client
) -> None:
    series = answers(hub)
    observe(series, DAY, 181, category="Ja")
    observe(series, DAY, 134, category="Nej", constructed=True)
    observe(make_series("tilfredshed-inviterede", "Inviterede", measures.INVITED, hub), DAY, 630)
    absent(series, date(2020, 6, 30), "later")
    shown = page(controller, "series", series.key)
    assert "315 af 630" in shown or "315 of 630" in shown
    assert "57,5" in shown  # 181 of 315
    assert "50" in shown
    assert "konstrueret" in shown or "constructed" in shown
    listed = page(controller, "series_list")
    assert "Tilfredshed" in listed
    exported = controller.get(reverse("reporting:series", args=[series.key]), {"export": "csv"})
    assert b"".join(exported.streaming_content).decode("utf-8-sig").count("\n") == 3


# -------------------------------------------------------------------------------------------------------- from a file
def upload(client: Client, series: Series, content: bytes, name: str = "svar.csv") -> Any:
    url = reverse("reporting:upload", args=[series.key])
    return client.post(url, {"file": SimpleUploadedFile(name, content)})


SURVEY = "Dag;Svar;Antal;Kommune\n12.03.2020;Enig;2;Aalborg\n13.03.2020;Uenig;;851\n"


def test_a_survey_from_a_file_counts_once(hub: Organisation, controller: Client) -> None:
    series = answers(hub)
    answer = upload(controller, series, SURVEY.encode("utf-8-sig"))
    shown = controller.get(answer.url).content.decode()
    assert "Enig" in shown
    assert not Observation.objects.exists()
    assert controller.post(answer.url).url == reverse("reporting:series", args=[series.key])
    assert sorted(Observation.objects.values_list("category", "quantity", "municipality", "source")) == [
        ("Enig", 2, "0851", "svar.csv, row 2") if formats_english() else ("Enig", 2, "0851", "svar.csv, række 2"),
        ("Uenig", 1, "0851", "svar.csv, row 3") if formats_english() else ("Uenig", 1, "0851", "svar.csv, række 3"),
    ]
    controller.post(answer.url)
    again = upload(controller, series, SURVEY.encode("utf-8-sig"))
    assert again.status_code == 400
    assert Observation.objects.count() == 2
    kept = EvidenceFile.objects.get()
    assert (kept.content, kept.rows_imported) == (None, 2)
    assert differences() == []


def formats_english() -> bool:
    """Before the new words have been translated they stand in English."""
    source = Observation.objects.values_list("source", flat=True).first()
    return source is not None and "row" in source


def test_what_is_wrong_is_said_row_by_row(hub: Organisation, controller: Client) -> None:
    series = answers(hub)
    text = SURVEY + "31.02.2020;Enig;1;\n01.04.2020;;1;\n01.04.2020;Enig;en;\n01.04.2020;Enig;0;Atlantis\n;Enig;;\n"
    answer = upload(controller, series, text.encode("cp1252"))
    shown = controller.get(answer.url).content.decode()
    for said in ("31.02.2020", "Atlantis", "en "):
        assert said in shown
    controller.post(answer.url)
    assert Observation.objects.count() == 2
    for content in (
        b"",
        b"Dag;Farve\n1;2",
        b"Svar\nEnig",
        b"Dag;Svar",
        b"Dag;Svar;Svar\n1;2;3",
        b"\x00\x01",
        b"PK\x03\x04x",
    ):
        refused = upload(controller, series, content)
        assert refused.status_code == 400
        assert b"form-error" in refused.content
    assert differences() == []


def test_a_pdf_is_no_list(hub: Organisation, controller: Client) -> None:
    answer = upload(controller, answers(hub), b"%PDF-1.7;\n1;2\n", "svar.pdf")
    assert "Det er hverken en tabel eller tekst, der kan læses" in answer.content.decode()


def test_a_survey_as_people_make_it(hub: Organisation, controller: Client) -> None:
    """A title, merged cells, odd headings, 10.0 and "9 ", two kinds of date, an hour, a blank and a total below."""
    series = make_series("anbefaling", "Anbefaling", measures.ANSWER, hub)
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(packed)
    sheet = book.add_worksheet()
    sheet.merge_range(0, 0, 0, 2, "Brugerundersøgelse 2020")
    rows: list[list[Any]] = [
        ["DATO:", "NPS-score 0-10", "Antal"], ["12/3-2020", "9 ", 1], ["12-03-2020 14:05", "10.0", 2],
        ["2020-03-12", 10.0, ""], ["12. marts 2020", "Ved ikke", 1], ["", "", ""], ["12.03.2020", "", 1],
        ["I alt", "", 5],
    ]  # fmt: skip
    for number, row in enumerate(rows, start=2):
        sheet.write_row(number, 0, row)
    book.close()
    answer = upload(controller, series, packed.getvalue(), "svar.xlsx")
    assert answer.status_code == 302, answer.content.decode()
    assert "I alt er ikke en dato" in controller.get(answer.url).content.decode()
    controller.post(answer.url)
    found = Counter[Any]()
    for category, quantity, on in Observation.objects.values_list("category", "quantity", "occurred_on"):
        assert on == DAY
        found[category] += quantity
    assert found == {"9": 1, "10": 3, "Ved ikke": 1}


def test_volumes_from_excel_with_companies(hub: Organisation, controller: Client) -> None:
    series = make_series("vejledte", "Vejledte virksomheder", measures.VOLUME, hub)
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(packed)
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    rows = [(DAY, 1.5, 851, "99000007"), (DAY, 2, "Hjørring", 99000007), (DAY, 1, "", 99000008)]
    sheet.write_row(0, 0, ["Dato", "Antal", "Kommune", "CVR"])
    for number, (on, quantity, place, company) in enumerate(rows, start=1):
        sheet.write_datetime(number, 0, on, day)  # type: ignore[arg-type]
        sheet.write_row(number, 1, [quantity, place, company])
    book.close()
    answer = upload(controller, series, packed.getvalue(), "vejledte.xlsx")
    assert answer.status_code == 302, answer.content.decode()
    shown = controller.get(answer.url).content.decode()
    assert "99000008" in shown  # no CVR number: the check digit is wrong
    controller.post(answer.url)
    found = list(Observation.objects.order_by("pk").values_list("quantity", "municipality", "occurred_on"))
    assert found == [(Decimal("1.5"), "0851", DAY), (2, "0860", DAY)]
    assert Observation.objects.values("subject").distinct().count() == 1
    assert ledger.distinct_subjects(measures.VOLUME, ledger.AsOf.now()) == [{"subjects": 1}]


def test_an_interrupted_file_goes_on_where_it_stopped(
    hub: Organisation, controller: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    series = answers(hub)
    text = "Dag;Svar\n" + "12.03.2020;Enig\n" * 1500
    answer = upload(controller, series, text.encode())
    whole, calls = uploads.observe_many, 0

    def breaks(series: Series, rows: Any, **how: Any) -> int:
        nonlocal calls
        calls += 1
        whole(series, rows[:1000], **how)
        raise RuntimeError("the plug was pulled")

    monkeypatch.setattr(uploads, "observe_many", breaks)
    with pytest.raises(RuntimeError):
        controller.post(answer.url)
    monkeypatch.setattr(uploads, "observe_many", whole)
    assert Observation.objects.count() == 1000
    controller.post(answer.url)
    assert Observation.objects.count() == 1500
    assert EvidenceFile.objects.get().rows_imported == 1500


# --------------------------------------------------------------------------------------------------------- statistics
TABLE = "OMRÅDE;BRANCHE;TID;INDHOLD\n000;TOT;2019;300\n851;TOT;2019;100\n851;IND;2019;..\n825;TOT;2019;0\n"


def test_a_table_is_looked_at_and_imported(hub: Organisation, controller: Client) -> None:
    said = {
        "table": "ERHV2", "title": "Arbejdssteder", "publisher": "Danmarks Statistik", "vintage": "2020-11",
        "published_on": "20.11.2020", "unit": "arbejdssteder", "constructed": "on",
    }  # fmt: skip
    url = reverse("reporting:statistics_import")
    answer = controller.post(url, {**said, "file": SimpleUploadedFile("erhv2.csv", TABLE.encode())})
    assert answer.status_code == 302, answer.content.decode()
    shown = controller.get(answer.url).content.decode()
    for part in ("erhv2-branche-tot", "erhv2-branche-ind", "Aalborg", ".."):
        assert part in shown
    chosen = {"area": "OMRÅDE", "time": "TID", "values_1": ["TOT"]}
    assert "erhv2-branche-ind" not in controller.post(answer.url, {**chosen, "look": "1"}).content.decode()
    assert not Vintage.objects.exists()
    wrong = controller.post(answer.url, {**chosen, "time": "OMRÅDE"})
    assert wrong.status_code == 200
    controller.post(answer.url, {**chosen, "import": "1"})
    assert Vintage.objects.get().values_imported == 3
    assert set(Observation.objects.values_list("category", "quantity")) == {("000", 300), ("0851", 100), ("0825", 0)}
    assert set(Observation.objects.values_list("constructed", flat=True)) == {True}
    assert "ERHV2" in page(controller, "statistics")
    head = ledger.head()
    controller.post(answer.url, {**chosen, "import": "1"})
    assert ledger.head() == head
    other = controller.post(url, {**said, "file": SimpleUploadedFile("e.csv", TABLE.replace("100", "101").encode())})
    assert other.status_code == 400
    assert b"form-error" in other.content
    observation = Observation.objects.filter(category="0851").get()
    assert controller.get(
        reverse("reporting:observation_correct", args=[observation.series.key, observation.pk])
    ).status_code == 403  # fmt: skip
    page(controller, "series", observation.series.key)


def test_a_file_that_is_no_table_is_refused(hub: Organisation, controller: Client, secretariat: Client) -> None:
    said = {"table": "X", "title": "X", "publisher": "X", "vintage": "1", "published_on": "1.1.2020"}
    url = reverse("reporting:statistics_import")
    for content in (b"{", b"", b"a;b\n1;to", b"OMR;TID;X\n851;2020;1.234"):
        answer = controller.post(url, {**said, "file": SimpleUploadedFile("x.csv", content)})
        assert answer.status_code == 400
        assert b"form-error" in answer.content
    wrong = controller.post(url, {**said, "file": SimpleUploadedFile("x.csv", b"OMR;TID;X\n851;2020;mange")})
    assert "(linje 2, X: mange)" in wrong.content.decode()
    assert not EvidenceFile.objects.filter(series=None).exists()
    fine = controller.post(
        url, {**said, "mark": ",", "file": SimpleUploadedFile("x.csv", b"OMR;TID;X\n851;2020;1.234")}
    )
    assert fine.status_code == 302
    assert secretariat.get(fine.url).status_code == 404
    officer = signed_in(make_user(Role.MUNICIPAL_OFFICER, municipality="0851"))
    assert officer.get(url).status_code == 403
