"""Mandates and recommendations of bodies: made, changed and taken away. `actor=None` is a loader."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity.actor import Actor
from programmes import dated_words
from programmes.body_rows import Wrong, add, alter, require_keeper, take_away
from programmes.models import Body, FundingSource, Mandate, MandateItem, Recommendation


@dataclass(frozen=True)
class Line:
    """A task, a theme or a condition of a mandate."""

    kind: str
    text: str
    title: str = ""


def make_mandate(
    actor: Actor | None, body: Body, lines: Sequence[Line] = (), *, deadline: str = "", written: Written | None = None,
    **said: Any,
) -> Mandate:  # fmt: skip
    """`deadline` is in the source's words. `said`: title, purpose, answers_to, funding_source, funding_note, source,
    document. Raises Refused, ValidationError."""
    require_keeper(actor, body)
    given = {**said, **_dated(deadline)}
    return add(actor, Mandate(body=body), given, parts=lambda row: _write_lines(row, lines), written=written)


def change_mandate(
    actor: Actor | None,
    mandate: Mandate,
    lines: Sequence[Line],
    *,
    deadline: str,
    seen: versions.Seen | None = None,
    written: Written | None = None,
    **said: Any,
) -> Mandate:
    require_keeper(actor, mandate.body)
    given = {**said, **_dated(deadline)}
    return alter(actor, mandate, given, seen=seen, parts=lambda row: _write_lines(row, lines), written=written)


def _dated(words: str) -> dict[str, Any]:
    when = dated_words.read(words)
    return {"deadline_words": when.words, "deadline_precision": when.precision, "deadline": when.day}


def _write_lines(mandate: Mandate, lines: Sequence[Line]) -> None:
    there = [Line(row.kind, row.text, row.title) for row in mandate.items.order_by("pk")]
    if there == list(lines):
        return
    mandate.items.all().delete()
    MandateItem.objects.bulk_create(
        MandateItem(mandate=mandate, kind=line.kind, title=line.title, text=line.text, order=order)
        for order, line in enumerate(lines)
    )


def remove_mandate(actor: Actor | None, mandate: Mandate, *, seen: versions.Seen | None = None) -> None:
    require_keeper(actor, mandate.body)
    take_away(actor, mandate, seen=seen)


def shared_by(sources: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Funding source → how many bodies are followed up from it, and how many of them are growth teams.

    One sum of money, whoever shares it.
    """
    rows = Mandate.objects.filter(funding_source__in=list(sources)).order_by()
    teams = Count("body", filter=Q(body__kind=Body.Kind.GROWTH_TEAM), distinct=True)
    counted = rows.values("funding_source").annotate(bodies=Count("body", distinct=True), teams=teams)
    return {row["funding_source"]: (row["bodies"], row["teams"]) for row in counted}


def money_of(mandates: Iterable[Mandate]) -> list[FundingSource]:
    """The sources that follow the mandates up, each once however many share it: what a sum is taken over."""
    found: dict[int, FundingSource] = {}
    for mandate in mandates:
        if mandate.funding_source is not None:
            found.setdefault(mandate.funding_source.pk, mandate.funding_source)
    return list(found.values())


def make_recommendation(
    actor: Actor | None, body: Body, *, written: Written | None = None, **said: Any
) -> Recommendation:
    """`said`: number, text, addressed_to, given_on, status, outcome, initiative, decision, source."""
    require_keeper(actor, body)
    return add(actor, Recommendation(body=body), said, check=_faults, written=written)


def change_recommendation(
    actor: Actor | None,
    row: Recommendation,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
    **said: Any,
) -> Recommendation:
    require_keeper(actor, row.body)
    return alter(actor, row, said, seen=seen, check=_faults, written=written)


def _faults(row: Recommendation) -> Wrong:
    wrong: Wrong = {}
    if not row.text:
        wrong["text"] = [_("Write what is recommended.")]
    if row.given_on is not None and row.given_on > ledger.today():
        wrong["given_on"] = [_("The day has not come yet.")]
    if row.status != Recommendation.Status.PENDING and not (row.outcome or row.initiative_id or row.decision_id):
        wrong["outcome"] = [_("Say what came of it: in words, or by an initiative or a decision.")]
    return wrong


def remove_recommendation(actor: Actor | None, row: Recommendation, *, seen: versions.Seen | None = None) -> None:
    require_keeper(actor, row.body)
    take_away(actor, row, seen=seen)
