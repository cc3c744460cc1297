"""The demo area's loader: once, again, and never beside real facts."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from matching.models import Company, Match, ProductionUnit
from portal import ledger
from portal.ledger.audit import differences
from portal.ledger.models import Fact, Heading, HeadingParent, Installation
from portal.ui.cvr import cvr_problem
from programmes.demo import CONTINUATION, VVV2, loaded_on
from programmes.models import Programme
from reporting.models import Target, TargetVersion

pytestmark = pytest.mark.django_db


def load() -> None:
    call_command("load_demo", stdout=StringIO())


def test_the_demo_area_and_again() -> None:
    load()
    counts = [model.objects.count() for model in (Match, Company, Fact, Target, Programme)]
    # Match targets of two programmes and a key's of ten municipalities; targets for indicators of three programmes.
    assert counts[3:] == [8 + 8 + 10 + 16 + 39 + 54, 6]
    load()
    assert [model.objects.count() for model in (Match, Company, Fact, Target, Programme)] == counts

    # Every match counts but those that were settled as duplicates, and the ledger holds exactly the records.
    quantities = Fact.objects.filter(measure="match_registered").values_list("quantity", flat=True)
    assert Match.objects.standing().filter(counts=True).count() == sum(quantities)
    assert differences() == []

    # Everything is marked: companies fictional, numbers 99xxxxxx with a valid check digit, matches fictional.
    assert not Company.objects.filter(fictional=False).exists()
    numbers = Company.objects.exclude(cvr=None).values_list("cvr", flat=True)
    assert [cvr for cvr in numbers if cvr[:2] != "99" or cvr_problem(cvr)] == []
    # What the register says of them: protection, several places of work, and some that wait.
    assert Company.objects.filter(advertising_protected=True).count() == 35  # every twelfth of 420
    assert ProductionUnit.objects.count() == 3 * 47  # three of every ninth
    assert Company.objects.waiting().count() == 5
    assert not Match.objects.filter(fictional=False).exists()

    # VVV 2.0 as its description says; the continuation has as many counted months and holds the day it was made.
    old, running = (Programme.objects.get(slug=slug) for slug in (VVV2, CONTINUATION))
    assert (old.starts_on, old.counted_from, old.ends_on) == (date(2020, 7, 1), date(2020, 9, 1), date(2023, 6, 30))
    months = (
        (running.ends_on.year - running.counted_from.year) * 12 + running.ends_on.month - running.counted_from.month
    )
    assert months + 1 == 34
    assert running.holds(loaded_on())
    matches = Match.objects.filter(programme=old)
    assert matches.earliest("agreed_on").agreed_on >= date(2020, 9, 1)
    assert matches.latest("agreed_on").agreed_on <= date(2023, 6, 30)

    # 1,400 + 600 = 2,000; the activities' 450 + 375 + 45 + 150 + 90 = 1,110 lie inside.
    amounts = {
        version.target.key: version.amount
        for version in TargetVersion.objects.filter(
            target__programme=old, target__measure="match_registered"
        ).select_related("target")
    }
    assert amounts["municipal-part"] + amounts["partner-part"] == amounts["matches"] == 2000
    parts = {"matches", "municipal-part", "partner-part"}
    assert sum(amount for key, amount in amounts.items() if key not in parts) == 1110


def test_a_database_with_real_facts_is_refused() -> None:
    heading = Heading.objects.create()
    with ledger.entry():
        ledger.define(HeadingParent(heading=heading, parent=None, valid_from=None))
    with ledger.entry():
        ledger.post(
            measure="match_registered", occurred_on=date(2026, 1, 1), source="match", source_id="1", quantity=1,
            municipality="0851", organisation=_organisation(), heading=heading.pk,
            subject=ledger.subject_for("company", 1), category="ordinary_job", subcategory="other",
        )  # fmt: skip
    with pytest.raises(CommandError, match="real facts"):
        load()
    assert not Installation.objects.exists()


def _organisation() -> int:
    from portal.identity.models import Organisation

    return Organisation.objects.create(name="Rigtig", kind="jobcentre", municipality_id="0851").pk


@override_settings(DEMO_AREA=False)
def test_outside_the_demo_area_it_refuses() -> None:
    with pytest.raises(CommandError, match="DEMO_AREA"):
        load()
    with pytest.raises(CommandError, match="DEMO_AREA"):
        call_command("demo_users")


def test_the_demo_users_are_printed_with_their_password() -> None:
    printed = StringIO()
    call_command("demo_users", stdout=printed)
    for name in ("raadgiver", "kkr", "kommune", "partner", "admin"):
        assert f"{name}@demo.example" in printed.getvalue()
    assert "nordjylland-vokser" in printed.getvalue()
