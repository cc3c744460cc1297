"""From a saved match to a fresh figure: 50 advisers, each logging one every 15 seconds, a real worker and broker."""

import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.db import connection
from django.utils import timezone

from matching.matches import MEASURE, MatchEntry, register_match
from matching.models import Company, MatchType, WorkArea
from portal.identity.actor import actor_for
from portal.identity.models import User
from portal.ledger.models import Fact, FactRecord
from programmes.demo import CONTINUATION
from programmes.models import Programme
from reporting.models import BucketStamp
from tests.bench.rows import Row, p95, row

ADVISERS, EVERY, SECONDS = 50, 15.0, 30.0
LONGEST = 10.0
"""Seconds after which a figure counts as never fresh."""


def rows() -> list[Row]:
    with _machinery():
        newest = Fact.objects.filter(measure=MEASURE).order_by("-place").values_list("place", flat=True).first()
        _wait(newest or 0, LONGEST * 3)
        saved, fresh = _log()
    return [
        row(f"one match saved, {ADVISERS} advisers, p95", p95(saved), "ms", budget=1000.0),
        row(f"match saved to figure fresh, {ADVISERS} advisers, p95", p95(fresh), "ms", budget=1000.0),
    ]


@contextmanager
def _machinery() -> Iterator[None]:
    """A worker and beat as `make run` starts them."""
    celery = [sys.executable, "-m", "celery", "-A", "portal.jobs.celery"]
    with ExitStack() as stack:
        for part in (
            ["worker", "--pool", "threads", "--concurrency", "2", "--loglevel", "error"],
            ["beat", "--loglevel", "error"],
        ):
            process = subprocess.Popen([*celery, *part])
            stack.callback(process.wait, 20)
            stack.callback(process.terminate)
        yield


def _stamp() -> int:
    return BucketStamp.objects.filter(pk=MEASURE).values_list("computed_to_place", flat=True).first() or 0


def _wait(place: int, longest: float) -> None:
    end = time.monotonic() + longest
    while _stamp() < place:
        if time.monotonic() > end:
            raise TimeoutError(f"the worker has not counted to place {place} in {longest} s")
        time.sleep(0.005)


def _log() -> tuple[list[float], list[float]]:
    """Milliseconds of every save, and from every save's commit to the figure that counts it."""
    programme = Programme.objects.get(slug=CONTINUATION)
    actor = actor_for(User.objects.get(email="raadgiver@demo.example"))
    creators = list(programme.creators(timezone.localdate()))
    companies = list(Company.objects.filter(fictional=True))
    types, area = list(MatchType.objects.all()), WorkArea.objects.all()[0]
    saved: list[float] = []
    waiting: list[tuple[float, int]] = []
    fresh: list[float] = []
    errors: list[BaseException] = []
    over = threading.Event()

    def adviser(seed: int) -> None:
        draw = random.Random(seed)
        try:
            time.sleep(draw.random() * EVERY)
            end = time.monotonic() + SECONDS - EVERY
            while True:
                company = draw.choice(companies)
                begin = time.perf_counter()
                receipt = register_match(
                    actor,
                    MatchEntry(
                        programme=programme, company=company, match_type=draw.choice(types).code,
                        agreed_on=timezone.localdate(), work_area=area.code, municipality=company.municipality_id,
                        created_by=draw.choice(creators).pk, different_reason="En anden person.",
                    ),
                )  # fmt: skip
                done = time.perf_counter()
                saved.append((done - begin) * 1000)
                waiting.append((done, FactRecord.objects.get(measure=MEASURE, source_id=str(receipt.match.pk)).place))
                if time.monotonic() > end:
                    return
                time.sleep(EVERY)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    def look() -> None:
        while not (over.is_set() and not waiting):
            stamp, now = _stamp(), time.perf_counter()
            for entry in list(waiting):
                if stamp >= entry[1] or now - entry[0] > LONGEST:
                    fresh.append((now - entry[0]) * 1000)
                    waiting.remove(entry)
            time.sleep(0.005)
        connection.close()

    looking = threading.Thread(target=look)
    advisers = [threading.Thread(target=adviser, args=[number]) for number in range(ADVISERS)]
    for thread in (looking, *advisers):
        thread.start()
    for thread in advisers:
        thread.join()
    over.set()
    looking.join()
    if errors:
        raise errors[0]
    return saved, fresh
