"""Duplicate control and a sample in the demo area's Vækst Via Viden 2.0: everything here is constructed.

The fictional matches have possible duplicates among them by chance; some are settled, and a sample of the source's
first period of report (01.09.2020-31.01.2021) is drawn and checked. The source names the control and the samples and
gives no numbers of them.
"""

from datetime import date

from matching.duplicates import rule_duplicate
from matching.models import Sample, SampleItem, Suspicion
from matching.samples import draw_sample, set_outcome
from matching.suspecting import find
from portal.identity.actor import Actor, actor_for
from portal.identity.models import User
from programmes import demo as programmes
from programmes.models import Programme

STEWARD = "datasteward@demo.example"
FIRST, LAST = date(2020, 9, 1), date(2021, 1, 31)
SEED = "demo-2020-2021"
SIZE = 20
RULED = (
    ("same", "Begge partnere har talt den samme aftale med virksomheden."),
    ("different", "Virksomheden har ansat to personer i samme måned."),
    ("same", "Aftalen er registreret igen, da den blev underskrevet."),
)
"""Said of the period's likeliest pairs of two partners, in this order."""
WRONG, UNCHECKABLE, WAITING = 4, 11, 17
"""Places in the sample whose match was found wrong, could not be checked, and from which on nothing is checked yet."""


def load() -> str:
    programme, actor = Programme.objects.get(slug=programmes.VVV2), actor_for(User.objects.get(email=STEWARD))
    find()
    if not Sample.objects.filter(programme=programme).exists():
        pairs = Suspicion.objects.waiting().filter(
            programme=programme, reasons__contains=["two_partners"], later__agreed_on__range=(FIRST, LAST)
        )
        for outcome, reason in RULED:
            # Asked anew each time: a ruling may take a match out of other pairs.
            pair = pairs.order_by("-score", "pk").first()
            if pair is not None:
                rule_duplicate(actor, pair, outcome, reason)
        sample = draw_sample(actor, programme, period_from=FIRST, period_to=LAST, origin="random", size=SIZE, seed=SEED)
        for item in sample.items.filter(order__lt=WAITING):
            _check(actor, item)
    return f"{Suspicion.objects.count()} possible duplicates, one sample of {SIZE} matches"


def _check(actor: Actor, item: SampleItem) -> None:
    if item.order == WRONG:
        set_outcome(actor, item, "wrong", "Aftalen blev ikke til noget: den studerende sprang fra.")
    elif item.order == UNCHECKABLE:
        set_outcome(actor, item, "uncheckable", "Virksomheden er ophørt og har ikke svaret.")
    else:
        set_outcome(actor, item, "confirmed")
