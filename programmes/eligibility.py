"""Whether a funding source may pay for an initiative: saying so, and what was said last."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal import ledger
from portal.audit.submissions import Written
from portal.identity.actor import Actor
from programmes import cells
from programmes.models import Eligibility, FundingSource, Initiative
from programmes.planning import require_planner
from programmes.rights import STATE_AMOUNTS


def say_eligibility(
    actor: Actor | None,
    initiative: Initiative,
    funding_source: FundingSource,
    verdict: str,
    *,
    note: str,
    said_by: str,
    said_on: date,
    source: str = "",
    written: Written | None = None,
) -> Eligibility:
    """What holds is what was said last. Raises Refused, ValidationError by field."""
    require_planner(actor, initiative.programme, funding_source, STATE_AMOUNTS)
    cells.check_initiative(initiative, actor)
    wrong: dict[str, list[str]] = {}
    if verdict not in Eligibility.Verdict.values:
        wrong["verdict"] = [_("Choose from the list.")]
    if not note.strip():
        wrong["note"] = [_("Say why.")]
    if not said_by.strip():
        wrong["said_by"] = [_("Say which body or organisation said it.")]
    if said_on > ledger.today():
        wrong["said_on"] = [_("That day has not come yet.")]
    if wrong:
        raise ValidationError(wrong)
    with transaction.atomic():
        row = Eligibility.objects.create(
            initiative=initiative,
            funding_source=funding_source,
            verdict=verdict,
            note=note.strip(),
            said_by=said_by.strip(),
            said_on=said_on,
            source=source.strip(),
            registered_by=actor.user if actor is not None else None,
        )
        if written is not None:
            written(row.pk)
    return row
