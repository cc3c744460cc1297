"""What the trail does not record of reporting's tables: what is computed and can be computed again,
what a file held (its content is kept with the file), and the ledger's keys of subjects."""

from django.db.models import Model

from portal.audit.recording import Opens, exempt, guard, leave_out, part_of
from portal.identity.actor import Actor
from reporting.measures import may_open_observations, visible_observations
from reporting.models import Absence, EvidenceFile, ObservationChange, Series

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


def _observations(actor: Actor, rows: set[str]) -> set[str]:
    found = visible_observations(actor).filter(pk__in=rows).order_by()
    return {str(pk) for pk in found.values_list("pk", flat=True)}


def _observation_changes(actor: Actor, rows: set[str]) -> set[str]:
    readable = visible_observations(actor).order_by().values("pk")
    found = ObservationChange.objects.filter(pk__in=rows, observation__in=readable).order_by()
    return {str(pk) for pk in found.values_list("pk", flat=True)}


def _beside(model: type[Model]) -> Opens:
    """Rows that belong to a series and tell of its observations."""

    def opens(actor: Actor, rows: set[str]) -> set[str]:
        series_of = model._default_manager.filter(pk__in=rows).order_by().values_list("pk", "series")
        found = {pk: series for pk, series in series_of if series is not None}
        each = Series.objects.in_bulk(set(found.values()))
        return {str(pk) for pk, series in found.items() if may_open_observations(actor, each[series])}

    return opens


guard("reporting_absence", _beside(Absence))
guard("reporting_evidencefile", _beside(EvidenceFile))
guard("reporting_observation", _observations)
guard("reporting_observationchange", _observation_changes)
