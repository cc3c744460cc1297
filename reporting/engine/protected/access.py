"""Which measures are protected now, and who need not be protected from."""

from portal import ledger
from portal.identity.actor import Actor
from portal.ledger import registry
from portal.ledger.disclosure import class_of, classes
from portal.ledger.models import Fact
from reporting.engine.read import Group


def is_protected(measure: str) -> bool:
    """Is it of another class than the open one? One query, once per answer."""
    return class_of(measure) != "open"


def closed_measures() -> list[str]:
    """The measures whose numbers nobody is shown but by way of a publication, or of the records themselves."""
    return sorted(measure for measure, disclosure in classes().items() if disclosure != "open")


def opens_every_record(actor: Actor, group: Group, as_of: ledger.AsOf) -> bool:
    """May the reader open every single record that `group` counts? Who may could count them by hand. One query."""
    if registry.get(group.measure).visible(actor) is None:
        return False
    facts = Fact.objects.known(as_of).filter(group.filter("occurred_on"), measure=group.measure).order_by()
    return not facts.exclude(pk__in=facts.filter(ledger.openable([group.measure], actor)).values("pk")).exists()
