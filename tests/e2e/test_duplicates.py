"""The data steward settles a pair that two partners have registered, on a phone, and the count falls by one."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from matching.matches import MatchEntry, NewCompany, register_match
from matching.models import Match, Suspicion
from portal.identity import demo as people
from portal.identity.actor import actor_for
from portal.identity.models import Organisation, User
from tests.e2e.conftest import Visit
from tests.e2e.visitor import Visitor
from tests.e2e.world import JOBCENTRE, Area

STEWARD, ADVISER, PARTNER = "datasteward@demo.example", "jobcenter@demo.example", "partner@demo.example"


def twice(area: Area, name: str) -> Suspicion:
    """The jobcentre's match, and AAU's of the same company the same day, with why it is another one."""
    for email, creator, reason in ((ADVISER, JOBCENTRE, ""), (PARTNER, people.AAU, "Vi fandt kandidaten")):
        match = register_match(
            actor_for(User.objects.get(email=email)),
            MatchEntry(
                programme=area.running,
                company=NewCompany(name=name, municipality="0851"),
                match_type="ordinary_job",
                agreed_on=timezone.localdate(),
                work_area="other",
                created_by=Organisation.objects.get(name=creator).pk,
                different_reason=reason,
            ),
        ).match
    return Suspicion.objects.get(later=match)


def counted(visitor: Visitor, area: Area) -> int:
    """The matches that count, as the programme's quality page says."""
    assert visitor.go(reverse("matching:quality", args=[area.running.slug])) == 200
    found = re.search(r"Match, der tæller med\D*?(\d[\d.]*)", visitor.page.locator("table").first.inner_text())
    assert found
    return int(found[1].replace(".", ""))


@pytest.mark.parametrize("script", [False, True])
def test_the_same_match_counts_once(visit: Visit, area: Area, script: bool) -> None:
    pair = twice(area, "Havhest Optik" if script else "Kvadrat Ridebane")
    steward = visit(STEWARD, width=360, script=script)
    before = counted(steward, area)
    steward.follow(steward.link("Mulige dubletter").first)
    steward.follow(steward.page.locator(f"a[href='{reverse('matching:duplicate', args=[pair.pk])}']"))
    assert steward.heading == "Er det samme match?"
    for said in ("samme virksomhed", "samme type", "samme dag", "Vi fandt kandidaten", "jobcenter@demo.example"):
        assert said in steward.text
    if script:
        assert steward.violations() == []
    steward.page.locator("input[name=outcome][value=same]").check(force=True)
    steward.press("Gem svaret")
    assert steward.page.title().startswith("Fejl: ")
    assert steward.page.locator("input[name=outcome][value=same]").is_checked()
    steward.page.get_by_label("Hvorfor").fill("Begge har talt den samme ansættelse.")
    steward.press("Gem svaret")
    assert "Svaret er gemt." in steward.text
    assert Match.objects.get(pk=pair.later_id).withdrawn
    assert counted(steward, area) == before - 1

    partner = visit(PARTNER, width=360, script=script)
    assert partner.go(reverse("matching:detail", args=[pair.later_id])) == 200
    assert "Annulleret som dublet" in partner.text
    assert "Begge har talt den samme ansættelse." in partner.text
