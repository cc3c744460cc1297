"""One's own drafts among what waits."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.drafts import keeping
from portal.drafts.models import FormDraft
from portal.identity.actor import Actor
from portal.identity.waiting import Question, Row, Waiting, WaitingSource, question, register


def _drafts(actor: Actor) -> Question | None:
    if actor.support is not None:
        return None
    return question(FormDraft.objects.visible_to(actor), since="created_at", title="title", form="form")


def _line(row: Row) -> Waiting:
    return Waiting(row.said["title"], keeping.address_of(row.said["form"], use=True), _("Write on"), row.since)


def register_waiting() -> None:
    register(
        WaitingSource(
            "drafts", _("My drafts"), asked=_drafts, line=_line, all_url=lambda _actor: reverse("drafts"), order=60
        )
    )
