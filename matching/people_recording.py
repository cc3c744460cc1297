"""Of highly educated people the trail tells their own organisation's data protection officer; everybody else that
something was written, by whom and when."""

from typing import Any

from django.db.models import QuerySet

from matching.models import Consent, MatchPerson, Person
from matching.people import KIND
from portal.audit.recording import about_people, guard, part_of
from portal.identity.actor import Actor

about_people("matching_person", KIND)
part_of("matching_person", "matching_consent", "person_id")
part_of("matching_person", "matching_matchperson", "person_id")
part_of("matching_match", "matching_matchperson", "match_id")


def _people(actor: Actor) -> QuerySet[Person]:
    return Person.objects.visible_to(actor)


def _of_people(model: Any) -> Any:
    return lambda actor: model.objects.filter(person__in=_people(actor).order_by().values("pk"))


guard("matching_person", _people)
for _model in (Consent, MatchPerson):
    guard(_model._meta.db_table, _of_people(_model))
