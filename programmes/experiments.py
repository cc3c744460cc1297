"""Joint experiments: schemes, what is tried under them, what is said to have come of it, and the letters about it.

A scheme with its letters is one thing with one version, and so is an experiment with its effects and cases: who changes
a part changes it. `actor=None` is a loader: no permission is asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.geography.models import Municipality
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from programmes import dated_words
from programmes.models import (
    EffectClaim,
    Experiment,
    ExperimentCase,
    ExperimentMunicipality,
    ExperimentScheme,
    Programme,
    SchemeLetter,
    SchemeMunicipality,
)
from programmes.rows import checked, fill, mark, save_checked
from programmes.shared import keeper_of, require_keeper

MOST_CASES, MOST_LETTERS, MOST_EFFECTS, MOST_MUNICIPALITIES = 50, 100, 50, 200


@dataclass(frozen=True)
class Taking:
    """A municipality that takes part, with days where they are stated."""

    municipality: Municipality
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Letter:
    kind: str
    sent_to: str
    asked: str
    sent_on: date | None = None
    sent_by: str = ""
    answer: str = ""
    answered_on: date | None = None
    source: str = ""


@dataclass(frozen=True)
class Effect:
    """What somebody says has come of it; `value` None is said without a number."""

    what: str
    said_by: str
    basis: str
    value: Decimal | None = None
    unit: str = ""
    qualifier: str = ""
    value_to: Decimal | None = None
    document: str = ""
    said_on: date | None = None


@dataclass(frozen=True)
class Case:
    text: str
    link: str = ""


# -------------------------------------------------------------------------------------------------------- schemes
def scheme_thing(scheme: ExperimentScheme) -> str:
    return versions.thing_of("experiment-scheme", scheme.pk)


def make_scheme(
    actor: Actor | None,
    owner: Organisation,
    *,
    municipalities: Sequence[Taking] = (),
    letters: Sequence[Letter] = (),
    written: Written | None = None,
    **said: Any,
) -> ExperimentScheme:
    """Raises Refused, or ValidationError with the messages at the fields."""
    if actor is not None:
        keeper_of(actor)
    require_keeper(actor, owner)
    scheme = ExperimentScheme(owner=owner)
    with transaction.atomic():
        _write_scheme(actor, scheme, said)
        _set_participants(scheme, municipalities)
        _set_letters(scheme, letters)
        versions.record(actor, scheme_thing(scheme))
        if written is not None:
            written(scheme.pk)
    return scheme


def change_scheme(
    actor: Actor | None,
    given: ExperimentScheme,
    *,
    municipalities: Sequence[Taking] | None = None,
    letters: Sequence[Letter] | None = None,
    seen: versions.Seen | None = None,
    written: Written | None = None,
    **said: Any,
) -> ExperimentScheme:
    """What is named is changed; a list that is named is the whole list. Raises as make_scheme, and Changed."""
    with transaction.atomic():
        scheme = _locked_scheme(actor, given, seen)
        _write_scheme(actor, scheme, said)
        if municipalities is not None:
            _set_participants(scheme, municipalities)
        if letters is not None:
            _set_letters(scheme, letters)
        if written is not None:
            written(scheme.pk)
    return scheme


def remove_scheme(actor: Actor | None, given: ExperimentScheme, *, seen: versions.Seen | None = None) -> None:
    """With its letters; its experiments are removed before, one by one. What was written stays in the trail."""
    with transaction.atomic():
        scheme = _locked_scheme(actor, given, seen)
        if scheme.experiments.exists():
            raise ValidationError(_("Experiments are registered under it. Remove them first."))
        scheme.delete()


def _locked_scheme(actor: Actor | None, given: ExperimentScheme, seen: versions.Seen | None) -> ExperimentScheme:
    rows = ExperimentScheme.objects.select_for_update(no_key=True, of=("self",)).select_related("owner")
    scheme = rows.get(pk=given.pk)
    require_keeper(actor, scheme.owner)
    versions.settle(actor, scheme_thing(scheme), seen=seen, now=mark(scheme))
    return scheme


def _write_scheme(actor: Actor | None, scheme: ExperimentScheme, said: dict[str, Any]) -> None:
    before = scheme.programme_id
    fill(scheme, said)
    plan = scheme.programme if scheme.programme_id != before else None
    if actor is not None and plan is not None and plan not in Programme.objects.visible_to(actor):
        raise ValidationError({"programme": [_("Choose a plan from the list.")]})
    _times_fit(scheme)
    others = ExperimentScheme.objects.filter(owner=scheme.owner)
    save_checked(scheme, free=others, taken=_("Your organisation has a scheme with this name."))


def _times_fit(row: Any) -> None:
    """The words are kept; where both can be read as times, the end is not in a year before the start's."""
    start, end = dated_words.read(row.starts), dated_words.read(row.ends)
    if start.day is None or end.day is None:
        return
    both_days = start.precision == end.precision == dated_words.Precision.DAY
    if end.day.year < start.day.year or (both_days and end.day < start.day):
        raise ValidationError({"ends": [_("The end must not be before the beginning.")]})


def _set_participants(scheme: ExperimentScheme, wanted: Sequence[Taking]) -> None:
    """Those and no others. Who is named by an experiment stays."""
    if len(wanted) > MOST_MUNICIPALITIES:
        raise ValidationError({"municipalities": [_("There can be at most %(most)s.") % {"most": MOST_MUNICIPALITIES}]})
    there = {each.municipality_id: each for each in scheme.participants.all()}
    for place, taking in enumerate(wanted):
        if any(each.municipality == taking.municipality for each in wanted[:place]):
            raise ValidationError({"municipalities": [_("%(name)s stands twice.") % {"name": taking.municipality}]})
        row = there.pop(taking.municipality.pk, None) or SchemeMunicipality(
            scheme=scheme, municipality=taking.municipality
        )
        row.valid_from, row.valid_to = taking.valid_from, taking.valid_to
        try:
            checked(row)
        except ValidationError as refused:
            texts = [f"{taking.municipality}: {text}" for text in refused.messages]
            raise ValidationError({"municipalities": texts}) from refused
        row.save()
    rest = SchemeMunicipality.objects.filter(pk__in=[each.pk for each in there.values()])
    named = list(rest.filter(experiment_links__isnull=False).distinct().values_list("municipality__name", flat=True))
    if named:
        text = _("Experiments name these municipalities, so they stay: %(names)s.")
        raise ValidationError({"municipalities": [text % {"names": ", ".join(named)}]})
    rest.delete()


# -------------------------------------------------------------------------------------------------------- letters
def add_letter(
    actor: Actor | None, scheme: ExperimentScheme, letter: Letter, *, written: Written | None = None
) -> SchemeLetter:
    """Raises Refused, or ValidationError with the messages at the fields."""
    with transaction.atomic():
        row = _locked_scheme(actor, scheme, None)
        made = _write_letter(SchemeLetter(scheme=row), letter)
        row.save()  # the scheme has changed
        if written is not None:
            written(made.pk)
    return made


def change_letter(
    actor: Actor | None, given: SchemeLetter, letter: Letter, *, seen: versions.Seen | None = None
) -> None:
    """Raises as add_letter, and Changed."""
    with transaction.atomic():
        scheme = _locked_scheme(actor, given.scheme, seen)
        _write_letter(scheme.letters.get(pk=given.pk), letter)
        scheme.save()


def remove_letter(actor: Actor | None, given: SchemeLetter, *, seen: versions.Seen | None = None) -> None:
    with transaction.atomic():
        scheme = _locked_scheme(actor, given.scheme, seen)
        scheme.letters.filter(pk=given.pk).delete()
        scheme.save()


def _write_letter(row: SchemeLetter, letter: Letter) -> SchemeLetter:
    fill(row, asdict(letter))
    today = ledger.today()
    wrong = {
        name: [_("That day has not come yet.")]
        for name in ("sent_on", "answered_on")
        if (day := getattr(row, name)) is not None and day > today
    }
    if row.answered_on is not None and not row.answer:
        wrong["answer"] = [_("Write the answer, or leave its day empty.")]
    if row.answered_on is not None and row.sent_on is not None and row.answered_on < row.sent_on:
        wrong["answered_on"] = [_("The answer must not be before the letter.")]
    if wrong:
        raise ValidationError(wrong)
    save_checked(row)
    return row


def _set_letters(scheme: ExperimentScheme, letters: Sequence[Letter]) -> None:
    there = [letter_of(each) for each in scheme.letters.order_by("pk")]
    if there == list(letters):
        return
    scheme.letters.all().delete()
    _each("letters", letters, MOST_LETTERS, lambda letter: _write_letter(SchemeLetter(scheme=scheme), letter))


def letter_of(row: SchemeLetter) -> Letter:
    return Letter(**{name: getattr(row, name) for name in Letter.__dataclass_fields__})


# ---------------------------------------------------------------------------------------------------- experiments
def experiment_thing(experiment: Experiment) -> str:
    return versions.thing_of("experiment", experiment.pk)


def make_experiment(
    actor: Actor | None,
    scheme: ExperimentScheme,
    *,
    municipalities: Sequence[Municipality] = (),
    cases: Sequence[Case] = (),
    effects: Sequence[Effect] = (),
    written: Written | None = None,
    **said: Any,
) -> Experiment:
    """Without municipalities all of the scheme's take part. Raises Refused, ValidationError at the fields."""
    require_keeper(actor, scheme.owner)
    experiment = Experiment(scheme=scheme)
    with transaction.atomic():
        _write_experiment(experiment, said)
        _set_municipalities(experiment, municipalities)
        _set_cases(experiment, cases)
        _set_effects(experiment, effects)
        versions.record(actor, experiment_thing(experiment))
        if written is not None:
            written(experiment.pk)
    return experiment


def change_experiment(
    actor: Actor | None,
    given: Experiment,
    *,
    municipalities: Sequence[Municipality] | None = None,
    cases: Sequence[Case] | None = None,
    effects: Sequence[Effect] | None = None,
    seen: versions.Seen | None = None,
    written: Written | None = None,
    **said: Any,
) -> Experiment:
    """What is named is changed; a list that is named is the whole list. Raises as make_experiment, and Changed."""
    with transaction.atomic():
        experiment = _locked(actor, given, seen)
        _write_experiment(experiment, said)
        if municipalities is not None:
            _set_municipalities(experiment, municipalities)
        if cases is not None:
            _set_cases(experiment, cases)
        if effects is not None:
            _set_effects(experiment, effects)
        if written is not None:
            written(experiment.pk)
    return experiment


def remove_experiment(actor: Actor | None, given: Experiment, *, seen: versions.Seen | None = None) -> None:
    """With its effects and cases. What was written stays in the trail."""
    with transaction.atomic():
        _locked(actor, given, seen).delete()


def _locked(actor: Actor | None, given: Experiment, seen: versions.Seen | None) -> Experiment:
    rows = Experiment.objects.select_for_update(no_key=True, of=("self",)).select_related("scheme__owner")
    experiment = rows.get(pk=given.pk)
    require_keeper(actor, experiment.scheme.owner)
    versions.settle(actor, experiment_thing(experiment), seen=seen, now=mark(experiment))
    return experiment


def _write_experiment(experiment: Experiment, said: dict[str, Any]) -> None:
    fill(experiment, said)
    _times_fit(experiment)
    others = Experiment.objects.filter(scheme=experiment.scheme)
    taken = _("The scheme has an experiment with this title.")
    save_checked(experiment, free=others, field="title", taken=taken)


def _set_municipalities(experiment: Experiment, wanted: Iterable[Municipality]) -> None:
    participants = {each.municipality_id: each for each in experiment.scheme.participants.all()}
    chosen = {each.pk: each for each in wanted}
    if outside := [str(each) for pk, each in chosen.items() if pk not in participants]:
        text = _("These do not take part in the scheme: %(names)s.")
        raise ValidationError({"municipalities": [text % {"names": ", ".join(outside)}]})
    kept = {participants[pk].pk for pk in chosen}
    links = {each.participant_id: each for each in experiment.municipality_links.all()}
    experiment.municipality_links.exclude(participant__in=kept).delete()
    ExperimentMunicipality.objects.bulk_create(
        ExperimentMunicipality(experiment=experiment, participant_id=pk) for pk in sorted(kept - links.keys())
    )


def _set_cases(experiment: Experiment, cases: Sequence[Case]) -> None:
    if [Case(each.text, each.link) for each in experiment.cases.all()] == list(cases):
        return
    experiment.cases.all().delete()
    rows = [ExperimentCase(experiment=experiment, order=place) for place, _case in enumerate(cases, 1)]
    made = iter(rows)

    def write(case: Case) -> None:
        row = next(made)
        fill(row, asdict(case))
        save_checked(row)

    _each("cases", cases, MOST_CASES, write)


def _each(field: str, things: Sequence[Any], most: int, write: Any) -> None:
    """Write each of a list. Raises ValidationError at cases.2.link, or at the list when it is too long."""
    if len(things) > most:
        raise ValidationError({field: [_("There can be at most %(most)s.") % {"most": most}]})
    for place, thing in enumerate(things):
        try:
            write(thing)
        except ValidationError as refused:
            wrong = refused.message_dict
            # What concerns several fields stands at the thing itself.
            named = {f"{field}.{place}{'' if name == '__all__' else f'.{name}'}": wrong[name] for name in wrong}
            raise ValidationError(named) from refused


# -------------------------------------------------------------------------------------------------------- effects
def add_effect(
    actor: Actor | None, experiment: Experiment, effect: Effect, *, written: Written | None = None
) -> EffectClaim:
    """Raises Refused, or ValidationError with the messages at the fields."""
    with transaction.atomic():
        row = _locked(actor, experiment, None)
        made = _write_effect(EffectClaim(experiment=row), effect)
        row.save()  # the experiment has changed
        if written is not None:
            written(made.pk)
    return made


def change_effect(
    actor: Actor | None, given: EffectClaim, effect: Effect, *, seen: versions.Seen | None = None
) -> None:
    """Raises as add_effect, and Changed."""
    with transaction.atomic():
        experiment = _locked(actor, given.experiment, seen)
        _write_effect(experiment.effects.get(pk=given.pk), effect)
        experiment.save()


def remove_effect(actor: Actor | None, given: EffectClaim, *, seen: versions.Seen | None = None) -> None:
    with transaction.atomic():
        experiment = _locked(actor, given.experiment, seen)
        experiment.effects.filter(pk=given.pk).delete()
        experiment.save()


def _write_effect(row: EffectClaim, effect: Effect) -> EffectClaim:
    fill(row, asdict(effect))
    if row.value is not None and not row.unit:
        raise ValidationError({"unit": [_("Say what is counted: the unit of the number.")]})
    if row.said_on is not None and row.said_on > ledger.today():
        raise ValidationError({"said_on": [_("That day has not come yet.")]})
    save_checked(row)
    return row


def _set_effects(experiment: Experiment, effects: Sequence[Effect]) -> None:
    if [effect_of(each) for each in experiment.effects.order_by("pk")] == list(effects):
        return
    experiment.effects.all().delete()
    _each("effects", effects, MOST_EFFECTS, lambda effect: _write_effect(EffectClaim(experiment=experiment), effect))


def effect_of(row: EffectClaim) -> Effect:
    return Effect(**{name: getattr(row, name) for name in Effect.__dataclass_fields__})
