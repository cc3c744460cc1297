"""What a target for an indicator came to, in words: the verdict where one may be given, and why where none is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.ui import formats
from reporting.engine.indicator_targets import Judged
from reporting.explanation import EMPTY
from reporting.models import TargetVersion
from reporting.rules.scoring import Outcome
from reporting.rules.values import Absent

JUDGED = frozenset({TargetVersion.Commitment.INDICATIVE, TargetVersion.Commitment.BINDING})
"""Only these are judged: what is expected or preliminary is nobody's failure."""


@dataclass(frozen=True)
class Said:
    """`what` is what it is counted as in the summary."""

    what: str
    tone: str
    text: str | Promise
    why: str = ""


def verdict(judged: Judged) -> Said:
    version, scored = judged.version, judged.scored
    if version.commitment not in JUDGED:
        text = _("not judged: %(commitment)s") % {"commitment": version.get_commitment_display()}
        return Said("not_judged", "neutral", text)
    if version.alternatives:
        return Said("unresolved", "neutral", _("unresolved"), undecided(version))
    if scored is None:
        return Said("not_judged", "neutral", _("no rule says when it is reached"))
    if scored.outcome == Outcome.SCORED:
        return _reached(judged)
    if scored.outcome == Outcome.FAILED:
        return Said("failed", "behind", _("cannot be computed"))
    if scored.outcome == Outcome.NOT_MEASURABLE:
        return Said("missing", "neutral", _("too few answers"))
    value = judged.reading.value
    if isinstance(value, Absent):
        return Said("missing", "neutral", EMPTY[value.reason].label)
    # The indicator has a figure; what it is compared with has none.
    return Said("missing", "neutral", _("nothing to compare with yet"))


def _reached(judged: Judged) -> Said:
    if judged.reached:
        return Said("reached", "good", _("reached") if judged.ended else _("reached so far"))
    if judged.ended:
        return Said("not_reached", "behind", _("not reached"))
    until = _("may be reached until %(day)s") % {"day": formats.date_da(judged.end)}
    return Said("not_yet", "close", _("not reached yet"), until)


def undecided(version: TargetVersion) -> str:
    names = _(" or ").join(str(each["name"]) for each in version.alternatives)
    return _("%(names)s: %(who)s decides") % {"names": names, "who": version.undecided_by}


def summary(judged: Sequence[Judged]) -> str:
    """One sentence: how many there are, and how they stand."""
    counted = Counter(verdict(each).what for each in judged)
    parts = [
        str(label) % {"number": counted[what]}
        for what, label in (
            ("reached", gettext_lazy("%(number)s reached")),
            ("not_yet", gettext_lazy("%(number)s not reached yet")),
            ("not_reached", gettext_lazy("%(number)s not reached")),
            ("missing", gettext_lazy("%(number)s without figures")),
            ("unresolved", gettext_lazy("%(number)s unresolved")),
            ("failed", gettext_lazy("%(number)s that cannot be computed")),
            ("not_judged", gettext_lazy("%(number)s not judged")),
        )
        if counted[what]
    ]
    number = len(judged)
    many = ngettext("One target for an indicator", "%(number)s targets for indicators", number) % {"number": number}
    return _("%(many)s: %(parts)s.") % {"many": many, "parts": formats.join_and(parts)}
