"""The demo area's courses of guidance: made once, counted as they are registered."""

import pytest

from matching import demo_guidance
from matching.models import Company, GuidanceCourse
from portal.identity import demo as people
from portal.ledger.audit import differences
from portal.ledger.models import Fact, Installation
from portal.ui.cvr import cvr_problem

pytestmark = pytest.mark.django_db


def test_it_is_made_once_and_agrees_with_the_ledger() -> None:
    Installation.objects.create()
    people.load()
    numbers = (f"99{number:06}" for number in range(1000))
    for turn, cvr in enumerate([each for each in numbers if cvr_problem(each) is None][:20]):
        Company.objects.create(name=f"Opdigtet {turn} ApS", cvr=cvr, municipality_id="0851", fictional=True)
    demo_guidance.load()
    demo_guidance.load()
    courses = GuidanceCourse.objects.filter(ended_on__isnull=False)
    assert courses.count() == demo_guidance.COURSES
    assert set(courses.dates("started_on", "year").values_list("started_on__year", flat=True)) == {2019, 2020, 2021}
    assert Fact.objects.filter(measure="guidance_course").count() == demo_guidance.COURSES + 3
    assert GuidanceCourse.objects.exclude(type="early_warning").count() < GuidanceCourse.objects.count()
    assert differences() == []
