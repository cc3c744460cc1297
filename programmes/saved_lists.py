"""Lists of initiatives that a person keeps under a name. One's own, and nobody else's."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.identity import rights
from portal.identity.actor import Actor
from programmes.models import SavedList
from programmes.portfolio import kept_query
from programmes.rights import SAVE_LIST
from programmes.rows import checked

MOST = 30


def save_list(actor: Actor, name: str, query: str) -> SavedList:
    """Keep the list under the name; a list of one's own with that name is replaced.

    Raises Refused, or ValidationError with the message at the field.
    """
    rights.require(actor, SAVE_LIST)
    name = " ".join(name.split())
    with transaction.atomic():
        own = SavedList.objects.visible_to(actor)
        there = own.filter(name=name).first()
        row = there or SavedList(user=actor.user, name=name)
        if there is None and own.count() >= MOST:
            raise ValidationError({"name": [_("You keep 30 lists. Remove one first.")]})
        row.query = kept_query(query)
        checked(row)
        row.save()
    return row


def remove_list(actor: Actor, saved: SavedList) -> None:
    rights.require(actor, SAVE_LIST)
    saved.delete()
