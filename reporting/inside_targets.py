"""The targets inside a municipality's own split: each unit's number, where it is now and what is expected by now.

They are worked out from the split and kept nowhere else: no row of targets, so no page, API or file of others can show
them. Who may see a split, `reporting.keys.may_see_split` says.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Q

from portal import ledger
from portal.ledger.disclosure import class_of
from reporting.keys import KeyUnit
from reporting.models import DistributionKey, KeyVersion, Target, TargetVersion
from reporting.rules.path import Expected, expected_by, in_all
from reporting.rules.status import Status, judge
from reporting.unit_targets import scaled_milestones, unit_target_key

REMAINDER = "common"
"""The code of the part that nobody inside took alone."""


@dataclass(frozen=True)
class InsideTarget:
    """`amount` None: the part was not in the split, so it has no target; what it delivered is known all the same.

    `value` None: what is counted is protected, and is not told apart by who delivered it.
    """

    code: str
    name: str
    organisation: int | None
    amount: Decimal | None
    value: Decimal | None
    expected: Expected | None = None
    in_all: Decimal | None = None
    status: Status = Status.NONE

    @property
    def attainment(self) -> Fraction | None:
        return Fraction(self.value) / Fraction(self.in_all) if self.in_all and self.value is not None else None


def unit_version(key: DistributionKey, unit: str) -> TargetVersion | None:
    """What the unit's own target says: the one that the approval of the key gave it. One query."""
    if key.target is None:
        return None
    target = Target.objects.filter(programme=key.programme_id, key=unit_target_key(key.target, unit))
    newest: TargetVersion | None = (
        TargetVersion.objects.filter(target__in=target.values("pk")).select_related("target").order_by("-place").first()
    )
    return None if newest is None or newest.withdrawn else newest


def delivered(key: DistributionKey, version: TargetVersion | None) -> dict[int | None, Decimal] | None:
    """What is counted towards the unit's target, by the organisation that created it; None when that is protected."""
    if version is None or version.target.measure_id is None:
        return {}
    if class_of(version.target.measure_id) != "open":
        return None
    now = ledger.AsOf.now()
    where = ledger.under(key.programme.heading_id, now) & Q(
        month__gte=version.counted_from.replace(day=1), month__lte=version.counted_to
    )
    if version.municipalities:
        where &= Q(municipality__in=version.municipalities)
    if version.organisations:
        where &= Q(organisation__in=version.organisations)
    found = ledger.sums(version.target.measure_id, now, by=("organisation",), where=where)
    return {row["organisation"]: row["total"] for row in found}


def inside_targets(
    parts: Sequence[KeyUnit],
    split: KeyVersion | None,
    version: TargetVersion | None,
    counted: Mapping[int | None, Decimal] | None,
    day: date,
) -> list[InsideTarget]:
    """A target for each part, and the common remainder: what the others delivered counts for that."""
    numbers = dict(zip(split.unit_codes, split.amounts, strict=True)) if split is not None else {}
    own = {each.organisation for each in parts}
    found = []
    for part in parts:
        value: Decimal | None
        if counted is None:
            value = None
        elif part.code == REMAINDER:
            value = sum((number for pk, number in counted.items() if pk not in own), Decimal(0))
        else:
            value = counted.get(part.organisation, Decimal(0))
        found.append(_judged(part, numbers.get(part.code), value, version, day))
    return found


def _judged(
    part: KeyUnit, amount: Decimal | None, value: Decimal | None, version: TargetVersion | None, day: date
) -> InsideTarget:
    """As the municipality's target is judged: by the same form, path and days, with the part's number."""
    if amount is None or version is None:
        return InsideTarget(part.code, part.name, part.organisation, amount, value)
    share = Fraction(amount) / Fraction(version.amount) if version.amount else Fraction(0)
    own = copy(version)
    own.amount, own.milestones = amount, scaled_milestones(version, share)
    return InsideTarget(
        part.code,
        part.name,
        part.organisation,
        amount,
        value,
        expected_by(own, day),
        in_all(own),
        Status.NONE if value is None else judge(value, own, day),
    )
