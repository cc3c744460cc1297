"""The operations page: who may see it, what it shows, and the button."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal import jobs
from portal.identity.models import Organisation, User
from portal.identity.roles import OrganisationKind, Role
from portal.jobs import health, registry
from portal.jobs.models import JobRun, ListenerState
from tests.memberships import member

pytestmark = pytest.mark.django_db
Status = JobRun.Status


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One job; nothing is asked of database and broker; the periods for which the job was run."""
    ran: list[str] = []
    monkeypatch.setattr(registry, "_jobs", {})
    monkeypatch.setattr(registry, "_listeners", {})
    jobs.scheduled("count", title="Count everything")(lambda run: ran.append(run.period))
    monkeypatch.setattr(health, "DATABASE", health.Question(lambda: health.DatabaseAnswer(True, 0, 1.0, 1.0)))
    monkeypatch.setattr(health, "BROKER", health.Question(lambda: False))
    return ran


def signed_in(client: Client, role: Role) -> User:
    organisation, _made = Organisation.objects.get_or_create(name="Erhvervshus Nordjylland", kind=OrganisationKind.HUB)
    user = User.objects.create_user(email=f"{role}@demo.example", name=f"Test {role}", language="en")
    member(user, organisation, role, date(2020, 1, 1))
    client.force_login(user)
    return user


@pytest.fixture
def administrator(client: Client) -> User:
    return signed_in(client, Role.ADMINISTRATOR)


def run(period: str, status: str = Status.DONE, **given: object) -> JobRun:
    queued = datetime.fromisoformat(f"{period}T02:00+00:00")
    return JobRun.objects.create(name="count", period=period, status=status, **{"queued_at": queued, **given})


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_others_are_refused_with_the_reason(client: Client, role: Role) -> None:
    signed_in(client, role)
    page = client.get("/drift/")
    assert page.status_code == 403
    assert "Only an administrator" in page.text
    assert client.post("/drift/koer-igen/", {"name": "count", "period": "2026-03-14"}).status_code == 403
    assert not JobRun.objects.exists()


def test_whoever_is_not_signed_in_is_asked_to(client: Client) -> None:
    assert client.get("/drift/").status_code == 302


def test_the_page_shows_how_everything_is_doing(client: Client, administrator: User) -> None:
    jobs.on_facts(signed_in)
    name = registry.listeners()[0].name
    ListenerState.objects.create(name=name, failures=3, error="ValueError: odd <b>")
    run("2026-03-13", result={"differences": 0, "first": []}, asked_by=administrator)
    run("2026-03-14", Status.FAILED, error="RuntimeError: the reason\n\nwhere", attempts=3)
    page = client.get("/drift/")
    assert page.status_code == 200
    for text in ("needs attention: Broker", "Count everything", "RuntimeError: the reason", "differences: 0"):
        assert text in page.text, text
    assert "ValueError: odd &lt;b&gt;" in page.text
    assert f"asked for by {administrator.name}" in page.text
    assert "where" not in page.text.split("RuntimeError: the reason")[1][:20]


def test_the_log_is_filtered_and_paged(client: Client, administrator: User) -> None:
    for number in range(30):
        day = date(2026, 1, 1) + timedelta(days=number)
        run(day.isoformat(), Status.FAILED if number == 3 else Status.DONE)
    first = client.get("/drift/").text
    assert "30.01.2026" in first
    assert "05.01.2026" not in first
    second = client.get("/drift/?" + first.split('rel="next" href="?')[1].split('"')[0].replace("&amp;", "&")).text
    assert "05.01.2026" in second
    assert "30.01.2026" not in second
    failed = client.get("/drift/?status=failed").text
    assert "04.01.2026" in failed
    assert "05.01.2026" not in failed
    assert "05.01.2026" not in client.get("/drift/?status=no-such").text


def test_the_number_of_queries_does_not_grow(
    client: Client, administrator: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(25):
        run((date(2026, 1, 1) + timedelta(days=number)).isoformat(), asked_by=administrator)
    with django_assert_max_num_queries(15):
        client.get("/drift/")


def test_a_job_is_run_again_for_whoever_asks(
    client: Client, administrator: User, quiet: list[str], transactional_db: None
) -> None:
    from portal.jobs.dispatch import run_due

    done = run_due()
    assert len(done) == 1
    period = quiet[0]
    answer = client.post("/drift/koer-igen/", {"name": "count", "period": period}, follow=True)
    assert answer.redirect_chain == [("/drift/", 302)]
    assert "will be run again" in answer.text
    waiting = JobRun.objects.get()
    assert (waiting.status, waiting.asked_by) == (Status.QUEUED, administrator)
    assert run_due() == done
    assert quiet == [period, period]
    assert JobRun.objects.get().status == Status.DONE


def test_what_cannot_be_run_again_is_said(client: Client, administrator: User) -> None:
    run("2026-03-14", Status.RUNNING, attempts=1)
    for name, period, message in (
        ("count", "2026-03-14", "The job is running now."),
        ("count", "1999-01-01", "never been run for that period"),
        ("other", "2026-03-14", "There is no such job."),
    ):
        answer = client.post("/drift/koer-igen/", {"name": name, "period": period}, follow=True)
        assert message in answer.text
    assert JobRun.objects.get().status == Status.RUNNING


def test_the_button_also_runs_a_job_before_its_first_time(client: Client, administrator: User) -> None:
    job = registry.jobs()["count"]
    period = registry.newest_period(job, timezone.localtime(datetime.now(UTC)))
    client.post("/drift/koer-igen/", {"name": "count", "period": period})
    assert JobRun.objects.get().status == Status.QUEUED
