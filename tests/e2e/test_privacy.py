"""The data protection officer finds a company that asks, tells what is held and erases it; every figure stands."""

import json
import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from matching.matches import MatchEntry, NewCompany, register_match
from matching.models import Match, MatchPerson
from portal.identity.actor import actor_for
from portal.identity.demo import HUB
from portal.identity.models import Organisation, User
from portal.ledger.audit import differences
from portal.ledger.models import Fact
from portal.privacy.models import CprOverride, PrivacyCase
from tests.access.people import somebody
from tests.e2e.conftest import Visit
from tests.e2e.visitor import Visitor
from tests.e2e.world import JOBCENTRE, Area

OFFICER, ADVISER = "dpo@demo.example", "jobcenter@demo.example"
SHOTS = os.environ.get("PRIVACY_SHOTS", "")
"""A folder in which to keep what the pages look like."""


def shot(visitor: Visitor, name: str) -> None:
    if SHOTS:
        visitor.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def told_and_erased(officer: Visitor, who: str, text: str, name: str) -> None:
    """From the search to the receipt: the same way for every kind of people. `text` is what is looked for."""
    officer.go(reverse("privacy:cases"))
    officer.page.get_by_label("Hvem de er her").select_option(who)
    officer.page.get_by_label(re.compile("Navn, e-mail")).fill(text)
    officer.page.locator("form[method=get] button[type=submit]").click()
    shot(officer, f"{who}-found")
    officer.follow(officer.link(f"Opret en sag om {name}"))
    officer.page.locator("input[name=asks][value=erasure]").check(force=True)
    officer.press("Opret sagen")
    assert officer.heading == name
    shot(officer, f"{who}-case")
    officer.follow(officer.link("Se, hvad vi har"))
    assert name in officer.text
    shot(officer, f"{who}-report")
    case = PrivacyCase.objects.latest("pk")
    assert officer.go(reverse("privacy:case_erase", args=[case.pk])) == 200
    shot(officer, f"{who}-erase")
    officer.press("Slet")
    assert officer.page.title().startswith("Fejl: ")
    officer.page.locator("input[name=sure]").check(force=True)
    officer.press("Slet")
    assert "Det er slettet. Alle tal står." in officer.text
    assert name not in officer.text
    shot(officer, f"{who}-erased")


@pytest.mark.parametrize("width", [360, 1280])
def test_a_company_is_told_and_erased_and_the_figures_stand(
    visit: Visit, area: Area, width: int, tmp_path: Path
) -> None:
    name = f"Snedker Solo {width}"
    match = register_match(
        actor_for(User.objects.get(email=ADVISER)),
        MatchEntry(
            programme=area.running,
            company=NewCompany(name=name, municipality="0851"),
            match_type="ordinary_job",
            agreed_on=timezone.localdate(),
            work_area="other",
            created_by=Organisation.objects.get(name=JOBCENTRE).pk,
        ),
    ).match
    facts = list(Fact.objects.order_by("pk").values_list())
    officer = visit(OFFICER, width=width)
    told_and_erased(officer, "company", "Snedker Solo", name)
    assert officer.violations() == []
    assert list(Fact.objects.order_by("pk").values_list()) == facts
    assert differences() == []
    lines = Path(settings.ERASURE_FILE).read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[-1])["kind"] == "company"
    assert name not in "".join(lines)
    adviser = visit(ADVISER, width=width)
    assert adviser.go(reverse("matching:detail", args=[match.pk])) == 200
    assert "Slettet virksomhed" in adviser.text
    assert Match.objects.get(pk=match.pk).counts
    for page in ("register", "retention"):
        officer.go(reverse(f"privacy:{page}"))
        officer.check()
        assert officer.violations() == []
        shot(officer, f"{page}-{width}")


def test_a_highly_educated_person_is_told_and_erased_and_the_match_counts_on(visit: Visit, area: Area) -> None:
    name = "Hanne Højtuddannet"
    person = somebody(Organisation.objects.get(name=HUB), name)
    match = area.access.match
    MatchPerson.objects.create(match=match, person=person, added_by=User.objects.get(email=ADVISER))
    facts = list(Fact.objects.order_by("pk").values_list())
    officer = visit(OFFICER, width=360)
    told_and_erased(officer, "person", "Hanne", name)
    assert officer.violations() == []
    assert list(Fact.objects.order_by("pk").values_list()) == facts
    assert differences() == []
    person.refresh_from_db()
    assert (person.name, person.email, person.level) == ("", "", "H70")
    assert not MatchPerson.objects.filter(person=person).exists()
    assert Match.objects.get(pk=match.pk).counts


def test_a_number_like_a_cpr_number_is_stopped_and_nothing_typed_is_lost(visit: Visit, area: Area) -> None:
    match = register_match(
        actor_for(User.objects.get(email=ADVISER)),
        MatchEntry(
            programme=area.running,
            company=NewCompany(name="Nummer Nørd", municipality="0851"),
            match_type="internship",
            agreed_on=timezone.localdate(),
            work_area="other",
            created_by=Organisation.objects.get(name=JOBCENTRE).pk,
        ),
    ).match
    adviser = visit(ADVISER, width=360)
    assert adviser.go(reverse("matching:course", args=[match.pk])) == 200
    today = timezone.localdate()
    adviser.page.locator("input[name=kind][value=started]").check(force=True)
    for part in ("day", "month", "year"):
        adviser.page.locator(f"input[name=day_{part}]").fill(str(getattr(today, part)))
    adviser.page.get_by_label("Bemærkning").fill("Journal 010190-1234")
    adviser.press("Gem")
    assert "Det ligner et CPR-nummer" in adviser.text
    assert adviser.page.get_by_label("Bemærkning").input_value() == "Journal 010190-1234"
    assert adviser.violations() == []
    shot(adviser, "cpr")
    adviser.page.locator("label[for=id_cpr_another_number]").click()
    adviser.page.get_by_label("Hvilket nummer er det?").fill("Vores journalnummer")
    adviser.press("Gem")
    assert match.transitions.filter(kind="started").exists()
    kept = CprOverride.objects.latest("pk")
    assert (kept.reason, kept.user.email) == ("Vores journalnummer", ADVISER)
