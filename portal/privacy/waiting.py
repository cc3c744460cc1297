"""What waits on a data protection officer: cases to answer, and what is about to go."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.identity.actor import Actor
from portal.identity.rights import may
from portal.identity.waiting import Waiting, WaitingSource, register
from portal.privacy import retention, rights, words
from portal.privacy.models import PrivacyCase, RetentionNotice


def _cases(actor: Actor, most: int) -> Sequence[Waiting]:
    if not may(actor, rights.VIEW_CASES):
        return []
    found = PrivacyCase.objects.visible_to(actor).waiting().order_by("due_on", "pk")[:most]
    return [
        Waiting(
            title=f"{words.kind_name(each.subject_kind)}: {each.get_kind_display()}",
            url=reverse("privacy:case", args=[each.pk]),
            action=_("Answer"),
            since=each.received_on,
            due=each.due_on,
        )
        for each in found
    ]


def _number_of_cases(actor: Actor) -> int:
    return PrivacyCase.objects.visible_to(actor).waiting().count() if may(actor, rights.VIEW_CASES) else 0


def _notices(actor: Actor, most: int) -> Sequence[Waiting]:
    if not may(actor, rights.VIEW_CASES):
        return []
    timed = retention.timed()
    found = RetentionNotice.objects.filter(erased_at=None).order_by("due_on", "pk")[:most]
    return [
        Waiting(
            title=words.table_name(timed[each.what]) if each.what in timed else each.what,
            url=reverse("privacy:retention"),
            action=_("See what goes"),
            since=each.warned_on,
            due=each.goes_on,
        )
        for each in found
    ]


def _number_of_notices(actor: Actor) -> int:
    return RetentionNotice.objects.filter(erased_at=None).count() if may(actor, rights.VIEW_CASES) else 0


register(
    WaitingSource(
        "privacy.cases",
        _("Those who ask what is held about them"),
        _cases,
        _number_of_cases,
        lambda _actor: reverse("privacy:cases"),
        order=10,
    )
)
register(
    WaitingSource(
        "privacy.retention",
        _("About to be deleted"),
        _notices,
        _number_of_notices,
        lambda _actor: reverse("privacy:retention"),
        order=90,
    )
)
