"""What the trail does not keep of matching's tables: nothing is exempt, and the subject's key is a stamp of the ledger.

The key must not stand in the trail: after an erasure it would still tell which facts were the company's.
"""

from typing import Any

from django.db.models import QuerySet

from matching.matches import MEASURE
from matching.models import Match, MatchAssist, MatchTransition, Ruling, SampleItem, Suspicion
from portal.audit.recording import Readable, about_people, exempt, guard, leave_out, part_of
from portal.identity.actor import Actor
from portal.ledger.disclosure import class_of

leave_out("matching_match", "subject")
leave_out("matching_company", "key")
leave_out("matching_contactperson", "key")
part_of("matching_match", "matching_matchassist", "match_id")
part_of("matching_match", "matching_matchtransition", "match_id")
part_of("matching_company", "matching_match", "company_id")
part_of("programmes_programme", "matching_countingrule", "programme_id")
part_of("programmes_programme", "matching_periodlock", "programme_id")
part_of("matching_match", "matching_suspicion", "later_id")
part_of("matching_match", "matching_sampleitem", "match_id")
part_of("matching_match", "matching_qualitymark", "match_id")
part_of("matching_suspicion", "matching_ruling", "suspicion_id")
part_of("matching_sample", "matching_sampleitem", "sample_id")
part_of("matching_company", "matching_productionunit", "company_id")
part_of("matching_company", "matching_registerentry", "company_id")
part_of("matching_company", "matching_companymerge", "kept_id")
part_of("matching_company", "matching_companymerge", "absorbed_id")
exempt("matching_registerprogress", "how far a job of the machine has come; the job log says what it did")
about_people("matching_match", "match")
about_people("matching_company", "company")


def _matches(actor: Actor) -> QuerySet[Match] | None:
    """All, noted as openings; of protected numbers those that the reader opens on other pages too."""
    return None if class_of(MEASURE) == "open" else Match.objects.visible_to(actor)


def _assists(actor: Actor) -> QuerySet[MatchAssist] | None:
    matches = _matches(actor)
    return None if matches is None else MatchAssist.objects.filter(match__in=matches.order_by().values("pk"))


def _transitions(actor: Actor) -> QuerySet[MatchTransition] | None:
    matches = _matches(actor)
    return None if matches is None else MatchTransition.objects.filter(match__in=matches.order_by().values("pk"))


guard("matching_match", _matches)
guard("matching_matchtransition", _transitions)
guard("matching_matchassist", _assists)


def _beside(model: Any) -> Readable:
    """What is said of matches side by side: as the matches themselves."""
    return lambda actor: None if class_of(MEASURE) == "open" else model.objects.visible_to(actor)


for _model in (Suspicion, Ruling, SampleItem):
    guard(_model._meta.db_table, _beside(_model))
