"""A scheme of the KKR's with an experiment and a letter, and a catalogue with a measure, for every address."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.geography.areas import municipalities_in
from portal.geography.models import Area
from portal.identity import demo as people
from portal.identity.actor import actor_for
from portal.identity.models import Organisation, User
from portal.identity.roles import Role
from portal.ledger import today
from programmes.catalogue import make_catalogue, make_measure
from programmes.experiments import Case, Effect, Letter, Taking, add_letter, make_experiment, make_scheme
from programmes.models import (
    CatalogueMeasure,
    CatalogueTheme,
    EffectClaim,
    Experiment,
    ExperimentScheme,
    Programme,
    SchemeLetter,
)

LETTER = Letter("letter", "Ministeren", "Et møde", sent_by="KKR", answer="Ja")


@dataclass(frozen=True)
class Shared:
    scheme: ExperimentScheme
    experiment: Experiment
    effect: EffectClaim
    letter: SchemeLetter
    theme: CatalogueTheme
    measure: CatalogueMeasure

    def kwargs(self, name: str) -> dict[str, Any] | None:
        """The arguments of the addresses of experiments and measures; None for any other."""
        short = name.removeprefix("programmes:").removeprefix("api_")
        found: dict[str, Any] = {
            **dict.fromkeys(
                ("scheme", "scheme_change", "scheme_remove", "experiment_new", "letter_new", "experiment_scheme"),
                self.scheme,
            ),
            **dict.fromkeys(("experiment", "experiment_change", "experiment_remove", "effect_new"), self.experiment),
            **dict.fromkeys(("effect_change", "effect_remove"), self.effect),
            **dict.fromkeys(("letter_change", "letter_remove"), self.letter),
            **dict.fromkeys(
                (
                    "catalogue",
                    "catalogue_change",
                    "catalogue_remove",
                    "catalogue_read",
                    "measure_new",
                    "measure_catalogue",
                ),
                self.theme.catalogue,
            ),
            **dict.fromkeys(("measure", "measure_change", "measure_remove", "catalogue_measure"), self.measure),
        }
        return {"pk": found[short].pk} if short in found else None


def build(own: dict[Role, User], programme: Programme) -> Shared:
    actor = actor_for(own[Role.KKR_SECRETARIAT])
    owner = Organisation.objects.get(name=people.KKR)
    scheme = make_scheme(
        actor, owner, name="Prøveordning", starts="2016", ends="2020", stated_experiments=19, programme=programme,
        municipalities=_everybody(), letters=[LETTER], source="Adgangsprøven",
    )  # fmt: skip
    experiment = _experiment(own, scheme, "Prøveforsøg")
    catalogue = make_catalogue(actor, owner, name="Prøvekatalog", themes=["Første", "Andet"])
    theme = catalogue.themes.select_related("catalogue__owner").earliest("order")
    measure = make_measure(actor, theme, title="Prøvetiltag", status="running", partners="SOSU Nord")
    return Shared(scheme, experiment, experiment.effects.get(), scheme.letters.get(), theme, measure)


def _everybody() -> list[Taking]:
    area = Area.objects.get(kind=Area.Kind.KKR, name=people.KKR)
    return [Taking(each) for each in municipalities_in(area, today())]


def _experiment(own: dict[Role, User], scheme: ExperimentScheme, title: str, few: bool = False) -> Experiment:
    effect = Effect("Sparet tid", "KKR", "claimed", Decimal(2), "fuldtidsstillinger", "noget nær")
    participants = list(scheme.participants.select_related("municipality")[:2]) if few else []
    return make_experiment(
        actor_for(own[Role.KKR_SECRETARIAT]), scheme, title=title, status="running", rule="En regel",
        municipalities=[each.municipality for each in participants], effects=[effect],
        cases=[Case("En case", "https://example.dk/case")],
    )  # fmt: skip


def grow(shared: Shared, own: dict[Role, User], made: int, number: int) -> None:
    """More schemes, letters and experiments of all municipalities and of few; more catalogues, themes and measures."""
    actor = actor_for(own[Role.KKR_SECRETARIAT])
    places = [each.municipality for each in _everybody()]
    for turn in range(made, made + number):
        make_scheme(actor, shared.scheme.owner, name=f"Ordning {turn}", municipalities=_everybody()[:3])
        add_letter(actor, shared.scheme, LETTER)
        _experiment(own, shared.scheme, f"Forsøg {turn}", few=bool(turn % 2))
        catalogue = make_catalogue(actor, shared.scheme.owner, name=f"Katalog {turn}", themes=["Et", "To"])
        for theme in (catalogue.themes.select_related("catalogue__owner").earliest("order"), shared.theme):
            place = places[turn % len(places)] if turn % 2 else None
            make_measure(actor, theme, title=f"Tiltag {turn}", status="idea", municipality=place)
