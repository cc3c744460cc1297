"""Series with observations, an assessment that waits and files that have been looked at, for every address of them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portal.identity import demo as people
from portal.identity.actor import actor_for
from portal.identity.models import Organisation, User
from portal.identity.roles import Role
from reporting import demo_protected, measures
from reporting.absences import absent
from reporting.models import Observation, Series
from reporting.observation_rules import Said
from reporting.observations import correct, make_series, observe, observe_many
from reporting.statistics.choosing import Choice
from reporting.statistics.importing import Source, import_statistics
from reporting.uploads import keep, upload

DAY = date(2020, 3, 12)
TABLE = "OMRÅDE;TID;INDHOLD\n000;2019;300\n851;2019;100\n825;2019;..\n"


@dataclass(frozen=True)
class Evidence:
    series: Series
    observation: Observation
    assessment: Observation
    upload: int
    table: int
    absence: int

    def kwargs(self, name: str) -> dict[str, Any] | None:
        """The arguments of the addresses of series; None for any other."""
        one = {"key": self.series.key, "pk": self.observation.pk}
        return {
            "reporting:series": {"key": self.series.key},
            "reporting:observation_register": {"key": self.series.key},
            "reporting:absence_say": {"key": self.series.key},
            "reporting:absence_take_back": {"key": self.series.key, "place": self.absence},
            "reporting:upload": {"key": self.series.key},
            "reporting:upload_preview": {"key": self.series.key, "pk": self.upload},
            "reporting:observation": one,
            "reporting:observation_correct": one,
            "reporting:observation_withdraw": one,
            "reporting:observation_confirm": {"key": self.assessment.series.key, "pk": self.assessment.pk},
            "reporting:statistics_preview": {"pk": self.table},
            "reporting:series_numbers": {"key": demo_protected.KEY},
            "api_series_numbers": {"key": demo_protected.KEY},
            "reporting:disclosure_measure": {"measure": measures.ANSWER},
            "reporting:disclosure_publish": {"measure": measures.PERSONS},
            "api_observations": {"key": self.series.key},
            "api_observations_many": {"key": self.series.key},
            "api_observation": one,
            "api_observation_correct": one,
            "api_observation_withdraw": one,
        }.get(name)


def build(own: dict[Role, User]) -> Evidence:
    """A survey of the KKR's; its secretariat has uploaded, its programme lead has assessed."""
    owner = Organisation.objects.get(name=people.KKR)
    secretariat, lead = actor_for(own[Role.KKR_SECRETARIAT]), actor_for(own[Role.PROGRAMME_LEAD])
    series = make_series("adgang", "Adgangsprøve", measures.ANSWER, owner, question="Må du se det?")
    assessed = make_series("adgang-vurdering", "Vurdering", measures.ASSESSMENT, owner)
    observation = observe(series, DAY, category="Ja", actor=secretariat, constructed=True)
    observation = correct(observation, secretariat, "Prøve", reason_code="error", category="Nej")
    missing = absent(series, DAY, "later")
    assessment = observe(assessed, DAY, 75, actor=lead)
    file = upload(secretariat, series, b"Dag;Svar\n12.03.2020;Ja\nx;Ja\n", "svar.csv")
    import_statistics(
        TABLE.encode(), Source("ADGTAB", "2020", date(2020, 11, 1), constructed=True), Choice(), actor=secretariat
    )
    table = keep(
        secretariat, TABLE.encode(), "tabel.csv", mark="", table="ADGTAB2", vintage="1", published_on="2020-11-01",
        title="Tabel", publisher="Prøve", unit="", constructed="yes",
    )  # fmt: skip
    demo_protected.load()
    return Evidence(series, observation, assessment, file.pk, table.pk, missing.place)


def grow(evidence: Evidence, made: int, number: int) -> None:
    """More series, more observations of one, more values that are not there and more vintages."""
    owner = evidence.series.owner
    for turn in range(made, made + number):
        make_series(f"adgang-{turn}", f"Adgang {turn}", measures.VOLUME, owner)
        day = DAY - timedelta(days=turn)
        said = Said(day, category=f"Svar {turn}", municipality="0851", organisation=owner.pk)
        observe_many(evidence.series, [said])
        absent(evidence.series, day, "not_reported", municipality="0851")
        import_statistics(TABLE.encode(), Source("ADGTAB", f"v{turn}", date(2020, 11, 1)), Choice(), owner=owner)
