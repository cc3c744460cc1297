"""What waits on the demo area's people, and events of its matches: everything here is constructed."""

from datetime import timedelta

from django.utils import timezone, translation

from matching.models import Match, Stage
from portal.drafts import keeping
from portal.drafts.models import FormDraft
from portal.identity import demo as people
from portal.identity.actor import actor_for
from portal.identity.models import Organisation, User
from programmes import demo as programmes

EVENTS = {"5.2.2 b": "Virksomhedsdag på UCN (opdigtet)", "5.2.2 d": "Karrieredag (opdigtet)"}
"""Of matches under these activities."""
CREATORS = (people.AAU, "BusinessAalborg", "Jobcenter Aalborg")
TO_START = 3
"""So many of each creator's latest matches were to start days ago, and nobody has said whether they did."""
ADVISER = "raadgiver@demo.example"


def load() -> str:
    running = Match.objects.filter(programme__slug=programmes.CONTINUATION, fictional=True)
    for number, event in EVENTS.items():
        running.filter(activity__number=number, event="").update(event=event)
    waiting = sum(_to_start(Organisation.objects.get(name=name)) for name in CREATORS)
    actor = actor_for(User.objects.get(email=ADVISER))
    if not FormDraft.objects.visible_to(actor).exists():
        with translation.override("da"):
            keeping.keep(actor, "/match/ny/", {"company_text": ["Limfjord"], "match_type": ["student_job"]})
    return f"{waiting} matches that may have started, one draft"


def _to_start(creator: Organisation) -> int:
    day = timezone.localdate() - timedelta(days=4)
    mine = Match.objects.standing().filter(created_by=creator, fictional=True, stage=Stage.AGREED)
    if mine.filter(starts_on__lte=day).exists():
        return 0
    latest = mine.filter(starts_on=None, agreed_on__lte=day).order_by("-agreed_on", "-pk")[:TO_START]
    return Match.objects.filter(pk__in=list(latest.values_list("pk", flat=True))).update(starts_on=day)
