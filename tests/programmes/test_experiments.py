"""Joint experiments: three of nineteen as the letters have them, who writes, and what is refused."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.test import Client
from django.utils import timezone

from portal.audit.models import Change
from portal.drafts.versions import Changed
from portal.geography.models import Municipality
from portal.identity import demo as people
from portal.identity.actor import Actor, actor_for
from portal.identity.models import Organisation, User
from portal.identity.rights import Refused
from portal.identity.roles import Role
from portal.ledger.models import Installation
from programmes import demo, demo_shared
from programmes import experiments as rules
from programmes.experiment_forms import EffectForm, Takings, effect_initial
from programmes.experiment_register import experiments, taking_part
from programmes.experiments import Case, Effect, Letter, Taking
from programmes.models import (
    EffectClaim,
    Experiment,
    ExperimentCase,
    ExperimentScheme,
    Programme,
    SchemeLetter,
    SchemeMunicipality,
)
from programmes.plan_forms import read_known, read_quantity
from tests.forms import reads, send
from tests.identity.helpers import signed_in
from tests.memberships import member
from tests.programmes.test_planning import refused_by

SECRETARIAT, READER, OFFICER = "sekretariat@demo.example", "kkr@demo.example", "kommune@demo.example"


@pytest.fixture
def scheme(db: None) -> ExperimentScheme:
    Installation.objects.create()
    people.load()
    demo.load()
    demo_shared.load()
    return ExperimentScheme.objects.select_related("owner").get(name=demo_shared.SCHEME)


def actor(email: str) -> Actor:
    return actor_for(User.objects.get(email=email))


def client(email: str) -> Client:
    browser = Client()
    signed_in(browser, User.objects.get(email=email))
    return browser


def attests(scheme: ExperimentScheme) -> Experiment:
    return scheme.experiments.select_related("scheme__owner").get(title="Lægeattestforsøgene")


# ---------------------------------------------------------------------------------------------------- the letters
def test_three_are_registered_of_nineteen_and_eleven_municipalities_of_eleven(scheme: ExperimentScheme) -> None:
    assert (scheme.experiments.count(), scheme.stated_experiments) == (3, 19)
    assert (scheme.participants.count(), scheme.stated_municipalities) == (11, 11)
    text = reads(client(READER).get(f"/forsoeg/ordning/{scheme.pk}/"))
    assert "3 registreret af 19 ifølge kilden. 16 er ikke registreret her." in text  # 19 − 3
    assert "11 registreret af 11 ifølge kilden" in text
    assert "2016–2020" in text
    assert "Folketingets Beskæftigelsesudvalg" in text
    places = "Brønderslev, Frederikshavn, Hjørring, Jammerbugt, Læsø, Mariagerfjord, Morsø, Rebild, Thisted, "
    assert f"{places}Vesthimmerland og Aalborg" in text or f"{places}Vesthimmerlands og Aalborg" in text


def test_the_effect_stands_as_the_letter_has_it_and_nothing_is_summed(scheme: ExperimentScheme) -> None:
    experiment = attests(scheme)
    number, words = experiment.effects.order_by("pk")
    assert (number.qualifier, number.value, number.unit) == ("noget nær", 2, "fuldtidsstillinger")
    assert (words.value, words.unit) == (None, "")
    rules.add_effect(None, experiment, Effect("Mere", "KKR", "claimed", Decimal(3), "fuldtidsstillinger"))
    text = reads(client(READER).get(f"/forsoeg/{experiment.pk}/"))
    assert "noget nær 2 fuldtidsstillinger" in text
    assert "oplyst uden måling" in text
    assert "lægges aldrig sammen" in text
    assert "5 fuldtidsstillinger" not in text
    # Twice: the number that one does not have, and the cases that the letters do not tell.
    assert text.count("ikke oplyst i kilden") >= 2
    assert "Gode cases Ikke oplyst i kilden." in text
    assert "i gang (oplyst i brevet til ministeren)" in text


def test_loading_again_makes_nothing_new(scheme: ExperimentScheme) -> None:
    before = (Experiment.objects.count(), EffectClaim.objects.count(), SchemeLetter.objects.count())
    demo_shared.load()
    assert (Experiment.objects.count(), EffectClaim.objects.count(), SchemeLetter.objects.count()) == before


# --------------------------------------------------------------------------------------------------------- who may
def test_the_area_reads_and_the_owners_planners_write(scheme: ExperimentScheme) -> None:
    experiment = attests(scheme)
    people.load_midtjylland()
    assert scheme in ExperimentScheme.objects.visible_to(actor(OFFICER))
    assert experiment in Experiment.objects.visible_to(actor(READER))
    stranger = actor(people.NEIGHBOUR[0])
    assert scheme not in ExperimentScheme.objects.visible_to(stranger)
    assert experiment not in Experiment.objects.visible_to(stranger)
    letter, effect = scheme.letters.first(), experiment.effects.first()
    assert letter is not None
    assert effect is not None
    said = Effect("x", "KKR", "claimed")
    # Another organisation's planner, and a reader of the owner's.
    for who in (actor(OFFICER), actor(READER)):
        for act in (
            lambda who: rules.change_scheme(who, scheme, name="x"),
            lambda who: rules.remove_scheme(who, scheme),
            lambda who: rules.add_letter(who, scheme, demo_shared.LETTERS[0]),
            lambda who: rules.change_letter(who, letter, demo_shared.LETTERS[0]),
            lambda who: rules.remove_letter(who, letter),
            lambda who: rules.make_experiment(who, scheme, title="x", status="running"),
            lambda who: rules.change_experiment(who, experiment, title="x"),
            lambda who: rules.remove_experiment(who, experiment),
            lambda who: rules.add_effect(who, experiment, said),
            lambda who: rules.change_effect(who, effect, said),
            lambda who: rules.remove_effect(who, effect),
        ):
            with pytest.raises(Refused):
                act(who)
    with pytest.raises(Refused):
        rules.make_scheme(actor(OFFICER), scheme.owner, name="x")
    plan = Programme.objects.get(slug=demo.VVV2)
    rules.change_scheme(actor(SECRETARIAT), scheme, name="Frikommuneforsøg 2", programme=plan)
    assert "Frikommuneforsøg 2" in reads(client(READER).get(f"/planer/{plan.slug}/"))


def test_a_municipality_of_another_area_sees_the_scheme_that_it_takes_part_in(scheme: ExperimentScheme) -> None:
    people.load_aarhus()
    aarhus = actor(people.AARHUS_OFFICER[0])
    assert scheme not in ExperimentScheme.objects.visible_to(aarhus)
    everybody = [Taking(each.municipality) for each in scheme.participants.all()]
    rules.change_scheme(None, scheme, municipalities=[*everybody, Taking(Municipality.objects.get(name="Aarhus"))])
    assert scheme in ExperimentScheme.objects.visible_to(aarhus)


# ----------------------------------------------------------------------------------------------------------- rules
def wrong(act: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as problem:
        act()
    return problem.value.message_dict


def test_what_is_wrong_with_a_scheme_stands_at_its_field(scheme: ExperimentScheme) -> None:
    owner, læsø = scheme.owner, Municipality.objects.get(name="Læsø")
    day = timezone.localdate()

    def make(**said: Any) -> Any:
        return lambda: rules.make_scheme(None, owner, **{"name": "Ny", **said})

    assert set(wrong(make(name=demo_shared.SCHEME))) == {"name"}
    assert set(wrong(make(name=" "))) == {"name"}
    assert set(wrong(make(starts="2020", ends="2016"))) == {"ends"}
    assert set(wrong(make(starts="02.01.2020", ends="01.01.2020"))) == {"ends"}
    assert set(wrong(make(municipalities=[Taking(læsø), Taking(læsø)]))) == {"municipalities"}
    assert set(wrong(make(municipalities=[Taking(læsø, day, day.replace(year=day.year - 1))]))) == {"municipalities"}
    kept = rules.make_scheme(None, owner, name="Ny", starts="medio 2020", ends="2020")
    assert (kept.starts, kept.ends) == ("medio 2020", "2020")  # within one year the words stand


def test_an_experiment_of_few_municipalities(scheme: ExperimentScheme) -> None:
    two = list(Municipality.objects.filter(name__in=["Læsø", "Thisted"]).order_by("sort_key"))
    made = rules.make_experiment(None, scheme, title="Et lille", status="planned", municipalities=two)
    assert [each.municipality for each in taking_part(made)] == two
    outside = Municipality.objects.get(name="Aarhus")
    assert set(wrong(lambda: rules.change_experiment(None, made, municipalities=[outside]))) == {"municipalities"}
    # Who is named by an experiment stays in the scheme.
    others = [Taking(each.municipality) for each in scheme.participants.all() if each.municipality not in two]
    refused = wrong(lambda: rules.change_scheme(None, scheme, municipalities=others))
    assert "Læsø, Thisted" in refused["municipalities"][0]
    found = experiments(actor(READER), {"municipality": two[0].pk})
    assert found.count() == 4  # the three of everybody, and this
    aalborg = Municipality.objects.get(name="Aalborg")
    assert made not in experiments(actor(READER), {"municipality": aalborg.pk})
    rules.change_experiment(None, made, municipalities=[])
    assert len(taking_part(made)) == 11


def test_lists_are_said_anew_and_faults_name_their_line(scheme: ExperimentScheme) -> None:
    experiment = attests(scheme)
    rules.change_experiment(None, experiment, cases=[Case("En case"), Case("Et link", "https://example.dk/")])
    assert list(experiment.cases.values_list("text", "link")) == [("En case", ""), ("Et link", "https://example.dk/")]
    bad = [Case("God"), Case("Skidt", "ftp://x")]
    assert set(wrong(lambda: rules.change_experiment(None, experiment, cases=bad))) == {"cases.1.link"}
    half = [Effect("Et", "KKR", "claimed", Decimal(2))]
    assert set(wrong(lambda: rules.change_experiment(None, experiment, effects=half))) == {"effects.0.unit"}
    assert (experiment.cases.count(), experiment.effects.count()) == (2, 2)  # nothing of it stands
    assert set(wrong(lambda: rules.make_experiment(None, scheme, title=experiment.title, status="running"))) == {
        "title"
    }


def test_letters(scheme: ExperimentScheme) -> None:
    day = timezone.localdate()

    def add(**said: Any) -> Any:
        return lambda: rules.add_letter(None, scheme, Letter("letter", "Ministeren", "Et møde", **said))

    assert set(wrong(add(answered_on=day))) == {"answer"}
    assert set(wrong(add(sent_on=day, answer="Ja", answered_on=day.replace(year=day.year - 1)))) == {"answered_on"}
    assert set(wrong(add(sent_on=day.replace(year=day.year + 1)))) == {"sent_on"}
    made = add(sent_on=day)()
    before = rules.mark(scheme)
    rules.change_letter(None, made, Letter("meeting", "Ministeren", "Et møde", answer="Nej", answered_on=day))
    scheme.refresh_from_db()
    assert rules.mark(scheme) != before  # a letter is a part of its scheme
    rules.remove_letter(None, made)
    assert scheme.letters.count() == 2


def test_who_was_second_is_told_and_removing_leaves_the_trail(scheme: ExperimentScheme) -> None:
    experiment = attests(scheme)
    seen = rules.mark(experiment)
    effect = experiment.effects.earliest("pk")
    rules.change_effect(None, effect, Effect("Tid", "KKR", "estimated"), seen=seen)
    with pytest.raises(Changed):
        rules.change_effect(None, effect, Effect("Andet", "KKR", "claimed"), seen=seen)
    with pytest.raises(Changed):
        rules.remove_experiment(None, experiment, seen=seen)
    with pytest.raises(ValidationError):
        rules.remove_scheme(None, scheme)
    for each in scheme.experiments.all():
        rules.remove_experiment(None, each)
    rules.remove_scheme(None, scheme)
    assert not EffectClaim.objects.exists()
    gone = Change.objects.filter(table="programmes_experiment", operation="delete")
    assert gone.count() == 3


# -------------------------------------------------------------------------------------------------- the database
def test_the_database_holds_it(scheme: ExperimentScheme) -> None:
    experiment, participant = attests(scheme), scheme.participants.first()
    assert participant is not None
    owner, claim = scheme.owner, {"experiment": experiment, "what": "x", "said_by": "KKR", "basis": "claimed"}
    day = timezone.localdate()
    for name, row in (
        ("experiment_scheme_named_once", ExperimentScheme(owner=owner, name=scheme.name)),
        ("experiment_scheme_has_a_name", ExperimentScheme(owner=owner, name="")),
        ("scheme_municipality_once", SchemeMunicipality(scheme=scheme, municipality=participant.municipality)),
        (
            "scheme_municipality_ends_after_it_begins",
            SchemeMunicipality(
                scheme=scheme, municipality_id="0751", valid_from=day, valid_to=day.replace(year=day.year - 1)
            ),
        ),
        ("scheme_letter_kind_known", SchemeLetter(scheme=scheme, kind="x", sent_to="x", asked="x")),
        ("scheme_letter_says_to_whom_and_what", SchemeLetter(scheme=scheme, kind="letter", sent_to="", asked="x")),
        (
            "scheme_letter_answered_has_an_answer",
            SchemeLetter(scheme=scheme, kind="letter", sent_to="x", asked="x", answered_on=day),
        ),
        (
            "scheme_letter_answered_after_it_was_sent",
            SchemeLetter(
                scheme=scheme, kind="letter", sent_to="x", asked="x", answer="x", sent_on=day,
                answered_on=day.replace(year=day.year - 1),
            ),
        ),
        ("experiment_named_once", Experiment(scheme=scheme, title=experiment.title, status="running")),
        ("experiment_has_a_title", Experiment(scheme=scheme, title="", status="running")),
        ("experiment_status_known", Experiment(scheme=scheme, title="x", status="x")),
        ("effect_claim_says_what_and_who", EffectClaim(**{**claim, "said_by": ""})),
        ("effect_claim_number_has_a_unit", EffectClaim(**claim, value=2)),
        ("effect_claim_number_has_a_unit", EffectClaim(**claim, unit="timer")),
        ("effect_claim_interval_rises", EffectClaim(**claim, value=2, value_to=2, unit="timer")),
        ("effect_claim_basis_known", EffectClaim(**{**claim, "basis": "x"})),
        ("experiment_case_says_something", ExperimentCase(experiment=experiment, text="")),
        ("experiment_case_link_is_an_address", ExperimentCase(experiment=experiment, text="x", link="ftp://x")),
    ):  # fmt: skip
        with refused_by(name):
            row.save()
    experiment.municipality_links.create(participant=participant)
    with refused_by("experiment_municipality_once"):
        experiment.municipality_links.create(participant=participant)
    with pytest.raises(ProtectedError):  # by an experiment that names it
        participant.delete()


# ---------------------------------------------------------------------------------------------------- forms, pages
def test_municipalities_are_read_as_people_write_them(scheme: ExperimentScheme) -> None:
    read = Takings().read
    for line in ("Ålborg", "aalborg kommune", "0851"):
        assert read(line).municipality.name == "Aalborg"
    days = read("Læsø | 01.02.2018 | 31.12.2019")
    assert Takings.show(days) == "Læsø | 01.02.2018 | 31.12.2019"
    assert Takings.show(read("Læsø || 31.12.2019")) == "Læsø |  | 31.12.2019"
    for line in ("Atlantis", "Læsø | i går", "Læsø | 01.01.2018 | 01.01.2019 | mere"):
        with pytest.raises(ValidationError):
            read(line)


def test_a_number_is_read_with_its_qualifier_and_unit(scheme: ExperimentScheme) -> None:
    said = {"what": "Tid", "basis": "claimed", "said_by": "KKR"}
    form = EffectForm({**said, "number": "noget nær 2 fuldtidsstillinger"}, new=False)
    assert form.is_valid(), form.errors
    effect = form.effect()
    assert (effect.qualifier, effect.value, effect.unit) == ("noget nær", 2, "fuldtidsstillinger")
    # The full stop of "ca." is no number; a background fact of a plan is read by the same function.
    assert read_known("ansatte | ca. 89.000 personer").value == 89_000
    assert read_quantity("ca. 0,5 mio. timer") == ("ca.", Decimal("0.5"), None, "mio. timer")
    interval = EffectForm({**said, "number": "10-15 pct."}, new=False)
    assert interval.is_valid()
    assert (interval.effect().value, interval.effect().value_to) == (10, 15)
    assert effect_initial(attests(scheme).effects.earliest("pk"))["number"] == "noget nær 2 fuldtidsstillinger"
    nothing = EffectForm({**said, "number": "mange timer"}, new=False)
    assert list(nothing.errors) == ["number"]


def test_a_planner_registers_a_scheme_an_experiment_an_effect_and_a_letter(scheme: ExperimentScheme) -> None:
    browser = client(SECRETARIAT)
    page = browser.get("/forsoeg/ordning/opret/")
    assert "Vesthimmerland" in page.content.decode()  # the area's municipalities stand there already
    data = {"name": "Ny ordning", "starts": "2027", "municipalities": "Aalborg\r\nAtlantis", "stated_experiments": "2"}
    refused = send(browser, "/forsoeg/ordning/opret/", data)
    assert refused.status_code == 400
    assert "Atlantis: Der er ingen kommune, der hedder sådan." in reads(refused)
    made = send(browser, "/forsoeg/ordning/opret/", {**data, "municipalities": "Aalborg\r\nLæsø | 01.01.2028"})
    assert made.status_code == 302, reads(made)
    new = ExperimentScheme.objects.get(name="Ny ordning")
    assert new.owner.name == people.KKR
    address = f"/forsoeg/ordning/{new.pk}/"
    assert send(browser, f"{address}opret/", {"title": "Et forsøg", "status": "planned"}).status_code == 302
    experiment = new.experiments.get()
    no_unit = {"what": "Tid", "basis": "measured", "said_by": "Kommunen", "number": "12"}
    refused = send(browser, f"/forsoeg/{experiment.pk}/effekter/opret/", no_unit)
    assert refused.status_code == 400
    assert "Skriv enheden efter tallet" in reads(refused)
    effect = {**no_unit, "number": "ca. 12 timer"}
    assert send(browser, f"/forsoeg/{experiment.pk}/effekter/opret/", effect).status_code == 302
    change = f"/forsoeg/effekter/{experiment.effects.get().pk}/ret/"
    assert "ca. 12 timer" in browser.get(change).content.decode()
    assert send(browser, change, {**effect, "number": ""}).status_code == 302
    assert experiment.effects.get().value is None
    letter = {"kind": "audience", "sent_to": "Udvalget", "asked": "Foretræde", "sent_on": "01.02.2026"}
    assert send(browser, f"{address}breve/opret/", letter).status_code == 302
    text = reads(browser.get(address))
    assert "1 registreret af 2 ifølge kilden" in text
    assert "Læsø (01.01.2028–)" in text
    assert "foretræde for et udvalg" in text
    # With an experiment under it, it stays; without, it goes.
    kept = send(browser, f"{address}fjern/")
    assert kept.status_code == 400
    assert "Fjern dem først" in reads(kept)
    assert send(browser, f"/forsoeg/{experiment.pk}/fjern/").status_code == 302
    gone = send(browser, f"{address}fjern/")
    assert gone.headers["Location"] == "/forsoeg/"
    assert not ExperimentScheme.objects.filter(pk=new.pk).exists()


def test_the_register_is_narrowed_and_exported(scheme: ExperimentScheme) -> None:
    browser = client(READER)
    assert "3 forsøg" in reads(browser.get("/forsoeg/"))
    assert "1 forsøg" in reads(browser.get("/forsoeg/?text=LAEGEATTEST"))
    assert "0 forsøg" in reads(browser.get("/forsoeg/?status=planned"))
    file = b"".join(browser.get("/forsoeg/?export=csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    heading, *rows = file.splitlines()
    assert heading.startswith("Forsøg;Forsøgsordning;Status")
    assert [row.split(";")[0] for row in rows] == ["Lægeattestforsøgene", "Mikrolånsforsøg", "Samtaleforsøget"]
    assert "noget nær 2 fuldtidsstillinger (oplyst uden måling; KKR Nordjylland)" in file


def test_another_municipalitys_planner_reads_and_is_told_whose_it_is(scheme: ExperimentScheme) -> None:
    neighbour = User.objects.create_user("hjoerring@demo.example", "Nabo")
    member(neighbour, Organisation.objects.get(name="Hjørring Kommune"), Role.MUNICIPAL_OFFICER)
    browser = client("hjoerring@demo.example")
    assert "Ret forsøgsordningen" not in reads(browser.get(f"/forsoeg/ordning/{scheme.pk}/"))
    refused = browser.get(f"/forsoeg/ordning/{scheme.pk}/ret/")
    assert refused.status_code == 403
    assert "KKR Nordjylland fører det her" in reads(refused)
