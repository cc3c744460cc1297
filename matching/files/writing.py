"""Registering the rows of a file, a portion at a time, each as if it had been typed."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext as _

from matching import suspecting
from matching.companies import NewCompany, find_or_add_all
from matching.expressions import IsAnyOf
from matching.files.known import NEW, Mark, Marker, Written, with_mark
from matching.files.lines import Claim, Fixed, Line, Reading
from matching.history import HistoricMatch, write
from matching.models import Company
from portal import ledger
from portal.identity import rights
from portal.identity.actor import Actor
from portal.tabular import uploads
from portal.tabular.mapping import ReadRow
from portal.tabular.models import UploadedTable

AT_ONCE = 500
SECONDS = 15.0
"""How long a person waits for a page; a proxy often not much longer."""


@dataclass(frozen=True)
class Imported:
    """`number` rows were registered now; `waiting` are left for the next press; `rest` is what cannot be registered, as
    a file of its own, when all is done."""

    number: int
    waiting: int = 0
    rest: UploadedTable | None = None


def import_file(
    actor: Actor, file: UploadedTable, reading: Reading, fixed: Fixed, seconds: float = SECONDS
) -> Imported:
    """Register what counts, for at most so many seconds. Interrupted or not done, the file goes on where it was when it
    is read again: what is registered is there then.

    What somebody else registered since the rows were looked at is left too. Raises Refused, ValidationError.
    """
    rights.require(actor, "matching.register_match")
    new = reading.new
    if not new:
        raise ValidationError([_("There is no row to register.")])
    left = [*(line.read for line in reading.wrong), *(asked(line) for line in reading.asked)]
    rest: UploadedTable | None = None
    end, number = time.monotonic() + seconds, 0
    ids: list[Sequence[int]] = []
    portions = list(_portions(new))
    for place, portion in enumerate(portions, start=1):
        last = place == len(portions)
        try:
            with ledger.entry():
                matches, late = register(actor, [line.claim for line in portion], fixed, Written(ids), reading.at)
                suspecting.find(matches)  # those with a reason why they are others, for the data steward
                lines = {line.read.number: line for line in portion}
                left += [asked(with_mark(lines[number], mark)) for number, mark in late]
                if last and left:
                    rest = uploads.keep_rest(actor, file, reading.table, left, different_reason="")
                uploads.advance(file, len(matches), finished=last)
        except IntegrityError as problem:
            # A key that another press registered in this moment; what was registered before stands.
            raise ValidationError([_("Somebody registers the same rows right now. Look at them again.")]) from problem
        number += len(matches)
        ids += Written.of(matches)
        if not last and time.monotonic() > end:
            return Imported(number, waiting=sum(map(len, portions[place:])))
    return Imported(number, rest=rest)


def asked(line: Line) -> ReadRow:
    """The row with what it may be, and what to write: in the file of what was left."""
    said = {"matches": "; ".join(line.twins)}
    text = _("It may be registered already: %(matches)s. Write why it is another match, or leave the row out.")
    return line.read.wrong("different_reason", text % said)


def register(
    actor: Actor, claims: Sequence[Claim], fixed: Fixed, written: Written, since: datetime | None
) -> tuple[list[int], list[tuple[int, Mark]]]:
    """(ids of the matches registered, the numbers of the rows that have a twin since they were looked at, with what is
    told of it). The companies are locked first, as when one is typed: what stands then is all there is.

    `since`: when the rows were looked at.
    """
    claims = _with_companies(claims, fixed)
    ids = {claim.company.pk for claim in claims if not isinstance(claim.company, NewCompany)}
    names = {claim.company.folded_name for claim in claims if not isinstance(claim.company, NewCompany)}
    alike = Company.objects.filter(
        Q(IsAnyOf("id", ids, numbers=True)) | Q(IsAnyOf("folded_name", names), cvr=None)
    ).order_by("pk")
    list(alike.select_for_update(no_key=True).values_list("pk", flat=True))
    marks = Marker(actor, fixed.programme, written, since).mark(claims)
    new = [claim for claim, mark in zip(claims, marks, strict=True) if mark is NEW]
    matches = write(fixed.programme, [_row(actor, claim) for claim in new])
    late = [(claim.number, mark) for claim, mark in zip(claims, marks, strict=True) if mark is not NEW]
    return [match.pk for match in matches], late


def _with_companies(claims: Sequence[Claim], fixed: Fixed) -> list[Claim]:
    """What is not here yet is added."""
    new = list(dict.fromkeys(claim.company for claim in claims if isinstance(claim.company, NewCompany)))
    added = find_or_add_all(new, fictional=fixed.programme.fictional) if new else {}
    return [
        claim._replace(company=added[claim.company]) if isinstance(claim.company, NewCompany) else claim
        for claim in claims
    ]


def _row(actor: Actor, claim: Claim) -> HistoricMatch:
    company, checked = claim.company, claim.checked
    if isinstance(company, NewCompany):
        raise TypeError("a company that is not here yet is added first")
    return HistoricMatch(
        company=company,
        match_type=checked.match_type.code,
        municipality=checked.municipality.code,
        agreed_on=claim.day,
        learnt_on=None,
        created_by=checked.created_by,
        registered_by=checked.registered_by,
        registered_by_user=actor.user,
        work_area=checked.work_area.code,
        assisted_by=checked.assisted_by,
        on_behalf_of=checked.on_behalf_of,
        more=claim.more,
        activity=checked.activity,
        different_reason=claim.different_reason.strip(),
        fictional=checked.programme.fictional,
    )


def _portions(lines: Iterable[Line]) -> Iterator[list[Line]]:
    source = iter(lines)
    while portion := list(islice(source, AT_ONCE)):
        yield portion
