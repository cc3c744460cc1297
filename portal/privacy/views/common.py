"""What the pages have in common: the way between them."""

from typing import Any

from portal.identity.actor import Actor
from portal.identity.rights import may
from portal.privacy import rights


def here(actor: Actor, page: str) -> dict[str, Any]:
    return {"here": page, "may_cases": bool(may(actor, rights.VIEW_CASES))}
