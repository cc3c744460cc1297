"""What waits on a data protection officer: cases to answer, and what is about to go."""

from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.identity.actor import Actor
from portal.identity.rights import may
from portal.identity.waiting import Question, Row, Waiting, WaitingSource, question, register
from portal.privacy import retention, rights, words
from portal.privacy.models import PrivacyCase, RetentionNotice


def _cases(actor: Actor) -> Question | None:
    if not may(actor, rights.VIEW_CASES):
        return None
    rows = PrivacyCase.objects.visible_to(actor).waiting()
    return question(rows, since="received_on", due="due_on", who="subject_kind", kind="kind")


def _case(row: Row) -> Waiting:
    kind = PrivacyCase.Kind(row.said["kind"]).label
    title = f"{words.kind_name(row.said['who'])}: {kind}"
    return Waiting(title, reverse("privacy:case", args=[row.pk]), _("Answer"), row.since, row.due)


def _notices(actor: Actor) -> Question | None:
    if not may(actor, rights.VIEW_CASES):
        return None
    rows = RetentionNotice.objects.filter(erased_at=None)
    return question(rows, since="warned_on", due=Greatest("due_on", "postponed_to"), what="what")


def _notice(row: Row) -> Waiting:
    what, held = row.said["what"], retention.timed().get(row.said["what"])
    title, about = (words.table_name(held), words.kind_name(held.subject)) if held is not None else (what, "")
    return Waiting(title, reverse("privacy:retention"), _("See what goes"), row.since, row.due, about)


register(
    WaitingSource(
        "privacy.cases",
        _("Those who ask what is held about them"),
        asked=_cases,
        line=_case,
        all_url=lambda _actor: reverse("privacy:cases"),
        order=10,
    )
)
register(
    WaitingSource(
        "privacy.retention",
        _("About to be deleted"),
        asked=_notices,
        line=_notice,
        all_url=lambda _actor: reverse("privacy:retention"),
        order=90,
    )
)
