"""What the trail does not record of reporting's tables: what is computed and can be computed again,
what a file held (its content is kept with the file), and the ledger's keys of subjects."""

from typing import Any

from django.db.models import Model, QuerySet

from portal.audit.recording import Readable, exempt, guard, leave_out, part_of
from portal.identity.actor import Actor
from reporting.measures import readable_series, visible_observations
from reporting.models import Absence, EvidenceFile, ObservationChange

exempt("reporting_bucket", "sums over the ledger, folded by the machine")
exempt("reporting_bucketstamp", "how far the sums have come")
exempt("reporting_batchbucket", "sums over the ledger, folded by the machine")
exempt("reporting_contractfigure", "a cache of what a contract stands at")
leave_out("reporting_evidencefile", "content")
leave_out("reporting_observation", "subject")

part_of("reporting_target", "reporting_targetversion", "target_id")
part_of("reporting_indicator", "reporting_indicatorversion", "indicator_id")
part_of("reporting_distributionkey", "reporting_keyversion", "key_id")
part_of("reporting_goal", "reporting_goalversion", "goal_id")
part_of("reporting_goal", "reporting_statement", "goal_id")
part_of("reporting_contract", "reporting_goal", "contract_id")
part_of("reporting_contract", "reporting_contractparty", "contract_id")
part_of("reporting_contract", "reporting_goalgroup", "contract_id")
part_of("reporting_contract", "reporting_statement", "contract_id")
part_of("reporting_contract", "reporting_sealedfigure", "contract_id")
part_of("reporting_series", "reporting_observation", "series_id")
part_of("reporting_series", "reporting_absence", "series_id")
part_of("reporting_series", "reporting_evidencefile", "series_id")
part_of("reporting_observation", "reporting_observationchange", "observation_id")


def _observation_changes(actor: Actor) -> QuerySet[ObservationChange]:
    return ObservationChange.objects.filter(observation__in=visible_observations(actor).order_by().values("pk"))


def _beside(model: type[Model]) -> Readable:
    """Rows that belong to a series and tell of its observations."""

    def readable(actor: Actor) -> QuerySet[Any]:
        return model._default_manager.filter(series__in=readable_series(actor).order_by().values("pk"))

    return readable


guard("reporting_absence", _beside(Absence))
guard("reporting_evidencefile", _beside(EvidenceFile))
guard("reporting_observation", visible_observations)
guard("reporting_observationchange", _observation_changes)
