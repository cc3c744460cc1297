"""The pages: what they say, that every figure on them opens and adds up, who sees what, and what they cost."""

import html
import re
from datetime import date
from decimal import Decimal
from urllib.parse import parse_qs, urlparse

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from portal import ledger
from portal.identity.roles import Role
from portal.ledger.models import Fact, FactRecord
from reporting.engine import buckets
from tests.reporting.conftest import AALBORG, HJOERRING, LAESOE, ODENSE, OPENABLE, World, build_world, make_user

pytestmark = pytest.mark.django_db
LEARNT = date(2021, 1, 15)
PAGE = "/programmer/vvv/"
PAST = PAGE + "?as_of=31.01.2021"
FIGURES = PAGE + "tal/"


def text_of(response: object) -> str:
    """What a person reads: without markup, spaces made one."""
    assert response.status_code == 200, response.status_code  # type: ignore[attr-defined]
    content = response.content.decode()  # type: ignore[attr-defined]
    main = content[content.index("<main") : content.index("</main>")]
    bare = html.unescape(re.sub(r"<[^>]+>", " ", main))
    return re.sub(r"\s+([.,])", r"\1", re.sub(r"[\s\u00a0]+", " ", bare))


def signed_in(client: Client, role: Role, **where: object) -> Client:
    client.force_login(make_user(role, **where))  # type: ignore[arg-type]
    return client


@pytest.fixture
def kkr(client: Client, world: World) -> Client:
    return signed_in(client, Role.KKR_VIEWER)


def spread(world: World, **common: object) -> None:
    world.post(5, **common)  # type: ignore[arg-type]
    world.post(3, municipality=HJOERRING, creator="AAU", category="internship", on=date(2020, 10, 3), **common)  # type: ignore[arg-type]
    world.post(3, municipality=LAESOE, on=date(2020, 11, 3), **common)  # type: ignore[arg-type]
    world.post(1, creator="AAU", activity="5.2.2 a", on=date(2021, 1, 3), **common)  # type: ignore[arg-type]
    world.post(2, municipality=ODENSE, activity="5.2.2", on=date(2021, 1, 3), **common)  # type: ignore[arg-type]


def test_the_verdict_comes_first_in_words(kkr: Client, world: World) -> None:
    world.post(318, learnt_on=LEARNT)
    text = text_of(kkr.get(PAST))
    sentence = (
        "Følger planen. Der er registreret 318 af 2.000 match efter 5 af 34 måneder. Efter planen skulle der være 294."
    )
    assert sentence in text
    assert text.index(sentence) < text.index("Kommunerne")
    assert "Som registreret pr. 31.01.2021" in text
    assert "Tallet indeholder importeret historik: Historik." in text


@pytest.mark.parametrize(
    ("number", "day", "words"),
    [
        (270, "31.01.2021", "Lidt bagud. Der er registreret 270 af 2.000 match"),
        (264, "31.01.2021", "Bagud. Der er registreret 264"),
        (294, "31.01.2021", "294 af 2.000 match efter 5 af 34 måneder. Efter planen skulle der være 294,12."),
        (3, "20.09.2020", "For tidligt at sige. Der er registreret 3 af 2.000 match. Tællingen begyndte 01.09.2020."),
        (0, "20.08.2020", "For tidligt at sige. Der er registreret 0 af 2.000 match. Tællingen begynder 01.09.2020."),
        (1990, "01.08.2023", "måltallet er ikke nået. Der er registreret 1.990 af 2.000 match. Der mangler 10."),
        (2000, "01.08.2023", "Perioden er slut, og måltallet er nået. Der er registreret 2.000 af 2.000 match."),
        (5, "01.01.2019", "Der er registreret 0 match. Der var ikke kendt noget måltal."),
    ],
)  # fmt: skip
def test_verdicts(kkr: Client, world: World, number: int, day: str, words: str) -> None:
    if number:
        world.post(number, learnt_on=date(2020, 9, 16))
    assert words in text_of(kkr.get(PAGE + f"?as_of={day}"))


def test_the_account_of_1400_and_600_and_why(kkr: Client, world: World) -> None:
    world.post(800, learnt_on=LEARNT)
    world.post(350, municipality=HJOERRING, creator="AAU", learnt_on=LEARNT)
    world.post(250, creator="UCN", learnt_on=LEARNT)
    text = text_of(kkr.get(PAST))
    assert "I kommunernes del måltal 1.400, 100 % nået 1.400" in text
    assert "I de øvrige parters del måltal 600, 100 % nået 600" in text
    assert "Tæller i begge dele −600" in text
    assert "Forskellige match måltal 2.000, 70 % nået 1.400" in text
    assert "Begge dele har nået deres måltal, men helheden har ikke: Den står på 70 %." in text
    assert "600 match tæller i begge dele: De har arbejdssted i kommunerne og er skabt af AAU og UCN." in text


def test_municipalities_have_no_target_in_the_source_and_laesoe_stands_outside(kkr: Client, world: World) -> None:
    spread(world)
    text = text_of(kkr.get(PAGE))
    assert text.count("ikke oplyst i kilden") == 10
    assert re.search(r"Læsø 3 af 14 match [^A-ZÆØÅ]*Match 3 Måltal uden for fordelingen", text), text
    assert "Indgår i de 2.000, lægges ikke oveni." in text
    assert f"Kilde: Vækstbro, fakta 1-{ledger.head()}." in text


def test_a_municipality_meets_itself_first(client: Client, world: World) -> None:
    spread(world)
    text = text_of(signed_in(client, Role.MUNICIPAL_OFFICER, municipality=AALBORG).get(PAGE))
    assert "Din kommune står først." in text
    assert text.index("Aalborg ") < text.index("Brønderslev")


def test_the_page_says_when_registrations_are_not_counted_yet(kkr: Client, world: World) -> None:
    spread(world)
    buckets.fold()
    assert "alle registreringer er talt med" in text_of(kkr.get(PAGE))
    world.post(1)
    assert "Nye registreringer er ikke talt med endnu" in text_of(kkr.get(PAGE))
    buckets.fold()
    assert "alle registreringer er talt med" in text_of(kkr.get(PAGE))


@pytest.mark.parametrize("typed", ["31.01.2021", "31-1-2021", "2021-01-31", "31. januar 2021"])
def test_the_day_may_be_typed_in_many_ways(kkr: Client, world: World, typed: str) -> None:
    response = kkr.get(PAGE, {"as_of": typed})
    assert "Som registreret pr. 31.01.2021" in text_of(response)
    assert 'value="31.01.2021"' in response.content.decode()


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("31.13.2021", "Måneden skal være et tal mellem 1 og 12"),
        ("i går", "Skriv en dato som 31.01.2021"),
        ("01.01.2199", "Den dag er ikke kommet endnu. Vælg i dag eller en tidligere dag."),
    ],
)
def test_a_day_that_cannot_be_is_refused_at_the_field(kkr: Client, world: World, typed: str, message: str) -> None:
    for address in (PAGE, FIGURES):
        response = kkr.get(address, {"as_of": typed})
        assert response.status_code == 400
        content = response.content.decode()
        assert content.count(message) >= 2, content
        assert f'value="{typed}"' in content
        assert 'href="#id_as_of"' in content
        # A file has no field to say it at.
        assert kkr.get(address, {"as_of": typed, "export": "csv"}).status_code == 400


def test_today_is_allowed_and_a_place_that_has_not_come_is_not(kkr: Client, world: World) -> None:
    today = ledger.today()
    assert f"Som registreret pr. {today:%d.%m.%Y}" in text_of(kkr.get(PAGE, {"as_of": today.isoformat()}))
    refused = kkr.get(PAGE, {"place": "999999999"})
    assert refused.status_code == 400
    assert "Så langt er registreringerne ikke nået endnu." in refused.content.decode()


def test_a_page_of_the_past_does_not_change(kkr: Client, world: World) -> None:
    spread(world, learnt_on=LEARNT)
    place = str(ledger.head())
    asked = {"as_of": "2021-01-31", "place": place}
    before = text_of(kkr.get(PAGE, asked))
    later = world.post(1000, municipality=HJOERRING)
    world.reverse(*later[:50])
    world.post(20, learnt_on=date(2020, 12, 1), history="Gammelt regneark")
    assert text_of(kkr.get(PAGE, asked)) == before
    after = text_of(kkr.get(PAST))
    assert "Der er registreret 34 af 2.000 match" in after
    assert "Tallet indeholder importeret historik: Historik og Gammelt regneark." in after


def figure_links(content: str) -> list[tuple[str, str]]:
    """(address, text) of every figure link of a page."""
    found = re.findall(
        r'<a class="figure" href="([^"]+)">([^<]+)</a>|<a href="([^"]+)" class="figure">([^<]+)</a>', content
    )
    return [(html.unescape(first or third), html.unescape(second or fourth)) for first, second, third, fourth in found]


def shown_number(text: str) -> Decimal:
    return abs(Decimal(re.sub(r"[^\d,-]", "", text.replace("−", "-")).replace(",", ".")))


@pytest.mark.parametrize("address", [PAGE, PAST])
def test_every_figure_opens_and_what_is_behind_adds_up(client: Client, world: World, address: str) -> None:
    spread(world, learnt_on=LEARNT)
    known = world.post(4, municipality=HJOERRING, creator="UCN", learnt_on=LEARNT)
    world.reverse(*known[:2])
    buckets.fold()
    OPENABLE.update(world.posted)
    signed_in(client, Role.DATA_STEWARD)
    page = client.get(address)
    links = figure_links(page.content.decode())
    assert len(links) > 40
    for url, shown in dict.fromkeys(links):
        opened = client.get(url)
        assert opened.status_code == 200, (url, opened.content[:500])
        kinds = parse_qs(urlparse(url).query).get("figure", ["count"])
        content = opened.content.decode()
        assert shown.lstrip("+−").replace("\u00a0", " ") in text_of(opened), (url, shown)
        if kinds != ["count"]:
            continue
        value = shown_number(shown)
        context = opened.context
        assert sum((fact.quantity for fact in context["facts"]["page"]), Decimal(0)) == value, url
        if context["cells"] is not None:
            assert sum((row["value"].value for row in context["cells"].rows), Decimal(0)) == value, url
            for row in context["cells"].rows:
                below = client.get(row["value"].url)
                assert shown_number(below.context["value"]) == row["value"].value, (url, row)
        assert "vb-opened" in content


def test_the_way_down_ends_where_every_dimension_is_fixed(kkr: Client, world: World) -> None:
    spread(world)
    url: str | None = FIGURES
    steps = 0
    while url:
        response = kkr.get(url)
        cells = response.context["cells"]
        url = cells.rows[0]["value"].url if cells and cells.rows else None
        steps += 1
        assert steps < 9
    assert steps >= 6
    assert len(response.context["steps"]) >= 6


def test_a_kkr_viewer_sees_cells_and_the_reason_for_going_no_further(kkr: Client, world: World) -> None:
    spread(world)
    response = kkr.get(FIGURES + f"?municipality={AALBORG}")
    text = text_of(response)
    assert "Match, Aalborg" in text
    assert "I din rolle ser du tal, ikke enkelte registreringer." in text
    assert response.context["facts"] is None
    assert "/match/" not in response.content.decode()


def test_an_adviser_sees_the_facts_and_how_many_may_be_opened(client: Client, world: World) -> None:
    ids = world.post(30)
    world.reverse(ids[0])
    OPENABLE.update({ids[0], ids[29]})
    signed_in(client, Role.ADVISER, organisation=world.organisations["Jobcenter Aalborg"])
    response = client.get(FIGURES)
    text = text_of(response)
    # 30 less the one taken back; of the reader's two one is taken back.
    assert "Du kan åbne 1 af 29 registreringer; de står her. De øvrige 28 er lavet af andre parter" in text
    content = response.content.decode()
    assert f'<a href="/match/{ids[29]}/">Match {ids[29]}</a>' in content
    assert "Annullerer nr." in text
    # The reversal, the last and the first: what others registered is a number, not a row.
    assert [fact.record.source_id for fact in response.context["facts"]["page"].rows] == [ids[0], ids[29], ids[0]]
    assert re.search(rf'<a href="/match/{ids[0]}/"><del>Match {ids[0]}</del></a>', content), content
    assert "Annulleret." in text


def test_an_erased_record_leaves_its_fact(client: Client, world: World) -> None:
    ids = world.post(2)
    OPENABLE.update(ids)
    FactRecord.objects.filter(source_id=ids[0]).delete()
    signed_in(client, Role.DATA_STEWARD)
    text = text_of(client.get(FIGURES))
    assert "Du kan åbne 1 af 2 registreringer" in text
    assert "2 match" in text


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("?education=phd", "Tallene kan ikke deles op efter education."),
        ("?by=education", "Tallene kan ikke deles op efter education."),
        ("?municipality=0851&by=age", "Tallene kan ikke deles op efter age."),
        ("?figure=mean", "Der er ingen tal af den slags: mean."),
        ("?month=x", "Skriv en måned som 2021-01."),
        ("?target=nothing", "nothing"),
    ],
)
def test_what_is_not_declared_is_refused_with_words(kkr: Client, world: World, asked: str, words: str) -> None:
    response = kkr.get(FIGURES + asked)
    assert response.status_code == 400
    assert words in response.content.decode()


def test_programmes_of_others_do_not_exist(client: Client, world: World) -> None:
    stranger = signed_in(client, Role.MUNICIPAL_OFFICER, municipality=ODENSE)
    assert stranger.get(PAGE).status_code == 404
    assert stranger.get(FIGURES).status_code == 404
    assert stranger.get("/programmer/nothing/").status_code == 404
    assert "Her er ingen strategi eller noget projekt endnu" in text_of(stranger.get("/"))


@pytest.mark.parametrize("role", list(Role))
def test_every_role_sees_the_first_page_and_a_figure(client: Client, world: World, role: Role) -> None:
    signed_in(client, role)
    for address in ("/", PAGE, FIGURES):
        assert client.get(address).status_code == 200


def test_nobody_sees_anything_without_signing_in(client: Client, world: World) -> None:
    assert client.get(PAGE).status_code == 302


def test_the_front_page_is_the_first_running_programme(kkr: Client, world: World) -> None:
    now = build_world(slug="now")
    now.programme.starts_on = ledger.today().replace(month=1, day=1)
    now.programme.ends_on = ledger.today().replace(year=ledger.today().year + 1)
    now.programme.counted_from = now.programme.starts_on
    now.programme.save()
    text = text_of(kkr.get("/"))
    assert "Vækst Via Viden now" in text[: text.index("Kommunerne")]
    assert 'href="/programmer/vvv/"' in kkr.get("/").content.decode()


def test_the_export_is_the_page(kkr: Client, world: World) -> None:
    spread(world, learnt_on=LEARNT)
    response = kkr.get(PAST + "&export=csv")
    assert response["Content-Type"].startswith("text/csv")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines[0].split(";")[:4] == ["Opdeling", "Kode", "Navn", "Match"]
    assert lines[1].startswith("Måltal;matches;Match i alt;14;2000;294,12;31.01.2021")
    assert any(line.startswith("Kommune;0825;Læsø;3;uden for fordelingen;;31.01.2021") for line in lines)
    excel = kkr.get(PAGE + "?export=xlsx")
    assert b"".join(excel.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
    cells = kkr.get(FIGURES + "?by=category&export=csv")
    assert "internship;Studiepraktik;3" in b"".join(cells.streaming_content).decode()  # type: ignore[attr-defined]


def test_the_page_is_also_in_english(kkr: Client, world: World) -> None:
    world.post(318, learnt_on=LEARNT)
    user = make_user(Role.AUDITOR)
    user.language = "en"
    user.save()
    kkr.force_login(user)
    try:
        assert "On track. 318 of 2,000 matches have been registered after 5 of 34 months." in text_of(kkr.get(PAST))
    finally:
        translation.activate("da")


def queries(client: Client, address: str) -> int:
    """The queries of a page; what opens and closes transactions is not counted."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    real = [query["sql"] for query in captured if re.match(r"\s*(SELECT|WITH)", query["sql"])]
    return len(real)


@pytest.mark.parametrize("role", [Role.KKR_VIEWER, Role.MUNICIPAL_OFFICER])
def test_what_pages_cost_does_not_grow(client: Client, world: World, role: Role) -> None:
    signed_in(client, role, **({"municipality": AALBORG} if role == Role.MUNICIPAL_OFFICER else {}))
    addresses = [PAGE, PAST, FIGURES, FIGURES + "?by=organisation", FIGURES + f"?municipality={AALBORG}&by=category"]
    spread(world)
    OPENABLE.update(world.posted[:1])
    buckets.fold()
    once = [queries(client, address) for address in addresses]
    for _ in range(3):
        spread(world)
    OPENABLE.update(world.posted[:10])
    buckets.fold()
    assert [queries(client, address) for address in addresses] == once
    assert max(once) <= 15, once


def test_facts_behind_a_figure_are_those_of_the_ledger(world: World) -> None:
    spread(world)
    assert Fact.objects.count() == 14
