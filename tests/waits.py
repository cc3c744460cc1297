"""What waits on somebody of one source, as "Min dag" shows it."""

from portal.identity.actor import Actor
from portal.identity.my_day import waiting_for
from portal.identity.waiting import Waiting


def waits(actor: Actor, key: str) -> list[Waiting]:
    return [line for section in waiting_for(actor) if section.source.key == key for line in section.lines]
