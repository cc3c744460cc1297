"""Records of persons that the world holds, and how an answer that shows one without noting it is found out."""

from typing import Any

from django.db.models import Max

from matching import people
from portal.audit.models import Opening
from tests.access import rooms
from tests.access.bodies import PERSON

COMPANY = "Limfjord Prøve ApS"
"""The company of the world's one match; where its name stands, a record is shown."""
PAID = "Adgang ApS"
"""To whom the world's one commitment is, and who its voucher paid."""

FREE: dict[str, set[str]] = {
    # Names out of the public register while one types; the company that is chosen is noted.
    COMPANY: {"matching:company_search"},
    # A file that waits to be booked is no record yet.
    PAID: {"programmes:spending_preview", "programmes:spending_columns"},
    # Who holds a seat is public: the body's page and the form of a seat name the holder, and who is appointed is chosen
    # from a list. A person's own record is looked up, and that is noted.
    PERSON: {"programmes:body", "programmes:seat_change", "programmes:appoint", "api_bodies", "api_body"},
    **rooms.gathered("FREE"),
}
"""Where each may stand without being noted."""

BESIDE: dict[str, set[str]] = {COMPANY: {people.KIND}}
"""A record → the kinds of lines that do not speak of it. The people of a match are noted beside the match: that they
were does not say that the match was."""


def openings() -> int:
    """The newest line so far: asked before an answer."""
    return Opening.objects.aggregate(newest=Max("id"))["newest"] or 0


def not_noted(name: str, answer: Any, before: int) -> list[str]:
    """The records that the answer shows although no opening has been noted since `before`."""
    if answer.status_code != 200:
        return []
    text = content_of(answer)
    shown = [record for record, free in FREE.items() if name not in free and record in text]
    if not shown:
        return []
    noted = set(Opening.objects.filter(id__gt=before).values_list("kind", flat=True))
    return [record for record in shown if not noted - BESIDE.get(record, set())]


def content_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace")
