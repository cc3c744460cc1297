"""Whom a match brought together with the company: added and taken off by those whose match it is. A match counts with
and without, and no fact knows of it."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from matching.models import Match, MatchPerson, Person
from matching.people import KEEP, noted, theirs
from portal.geography.danish import fold
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused, Verdict

FOUND = 8


def may_link(actor: Actor, match: Match) -> Verdict:
    """May the actor say whom the match is about, and if not, why?"""
    verdict = rights.may(actor, KEEP)
    if not verdict:
        return verdict
    if not {match.created_by_id, match.on_behalf_of_id, match.registered_by_id} & actor.organisation_ids:
        return Verdict(False, _("Those whose match it is say whom it is about: who created it and who registered it."))
    if match.withdrawn:
        return Verdict(False, _("The match has been undone."))
    return Verdict(True)


def people_of(actor: Actor, match: Match) -> list[Person]:
    """Those of the match that the actor may open. One query; none for whom people do not concern."""
    if not rights.may(actor, "matching.view_people"):
        return []
    seen = Person.objects.visible_to(actor).filter(matches__match=match)
    return list(seen.select_related("owner").order_by("sort_key", "pk"))


def candidates(actor: Actor, match: Match, text: str) -> list[Person]:
    """The people that `text` may mean: who may be used, and is not in the match yet. One query."""
    words = fold(" ".join(text.replace("\0", " ").split()))
    if len(words) < 2:
        return []
    seen = Person.objects.visible_to(actor).usable().exclude(matches__match=match)
    for word in words.split():
        seen = seen.filter(folded_name__contains=word)
    return list(seen.select_related("owner", "field").order_by("sort_key", "pk")[:FOUND])


def add_person(actor: Actor, match: Match, person: Person) -> MatchPerson:
    """Raises Refused, and ValidationError at `person`. The same again is the same."""
    verdict = may_link(actor, match)
    if not verdict:
        raise Refused(verdict.reason)
    with transaction.atomic():
        held = Person.objects.select_for_update(no_key=True, of=("self",)).filter(pk=person.pk)
        row = held.filter(pk__in=Person.objects.visible_to(actor).usable().order_by().values("pk")).first()
        if row is None:
            raise ValidationError({"person": [_("The person may not be used. Choose somebody else.")]})
        try:
            with transaction.atomic():
                made = MatchPerson.objects.create(match=match, person=row, added_by=actor.user)
        except IntegrityError:
            return MatchPerson.objects.get(match=match, person=row)
        noted(row)
    return made


def may_remove(actor: Actor, link: MatchPerson) -> Verdict:
    """Whoever may say whom it is about; and the person's own organisation, whoever's the match is."""
    verdict = rights.may(actor, KEEP)
    return Verdict(True) if verdict and theirs(actor, link.person) else may_link(actor, link.match)


def remove_person(actor: Actor, link: MatchPerson) -> None:
    verdict = may_remove(actor, link)
    if not verdict:
        raise Refused(verdict.reason)
    link.delete()
