"""How the world's match goes on and counts, for every address of it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from matching.counting_rules import set_rule
from matching.entries import More
from matching.history import HistoricMatch, import_matches
from matching.models import Chain, Company, Group, Match, MatchTransition, PeriodLock
from portal import ledger
from programmes.models import Programme

OF_MATCH = {"matching:course", "matching:correct", "api_match_course", "api_match_correct"}
OF_PROGRAMME = {"matching:counting", "matching:counting_new", "matching:counting_lock", "api_counting_rules"}


def kwargs(name: str, match: Match, programme: Programme) -> dict[str, Any] | None:
    """The arguments of the addresses of a match's course; None for any other."""
    if name in OF_MATCH:
        return {"pk": match.pk}
    return {"slug": programme.slug} if name in OF_PROGRAMME else None


def build(programme: Programme) -> None:
    set_rule(
        None, programme, valid_from=programme.counted_from, chain=Chain.UNDECIDED, group=Group.UNDECIDED, note="Prøve"
    )


def grow(match: Match, made: int, number: int) -> None:
    """More of what happened with the match, more versions and locks, and more matches with its company, in chains."""
    programme, today = match.programme, timezone.localdate()
    company: Company = match.company
    for turn in range(made + 1, made + number + 1):
        MatchTransition.objects.create(
            match=match, kind="corrected", day=today, reason=f"Rettet {turn}",
            registered_by=match.registered_by_user, organisation=match.registered_by,
        )  # fmt: skip
        PeriodLock.objects.create(
            programme=programme, until=programme.starts_on + timedelta(days=turn), reason="Afrapporteret",
            locked_by=match.registered_by_user, organisation=match.registered_by,
        )  # fmt: skip
        set_rule(None, programme, valid_from=today + timedelta(days=turn), group=Group.UNDECIDED)
        # Older than all that the list is asked for, so that they do not push those off its first page.
        agreed_on = programme.starts_on - timedelta(days=1)
        earlier = Match.objects.filter(company=company, agreed_on=agreed_on).order_by("-pk").first()
        row = HistoricMatch(
            company=company, match_type="student_project", municipality="0851",
            agreed_on=agreed_on, learnt_on=today, created_by=match.created_by,
            registered_by=match.registered_by, registered_by_user=match.registered_by_user, work_area="other",
            on_behalf_of=match.created_by,
            more=More(
                starts_on=today, ends_on=today, students=3, scheme="innobooster", education_level="lvu",
                attested_by="Prøve", attested_on=today, source_system="Prøve", external_key=str(turn),
                follows=earlier.pk if earlier else None,
            ),
        )  # fmt: skip
        import_matches(programme, [row], ledger.History(f"Kæde {turn}", origin="test"))
