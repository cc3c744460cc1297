"""Making, changing and removing schemes, letters, experiments and what is said to have come of them."""

from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.submissions import Written
from portal.ui.forms import PortalForm
from programmes import experiments as rules
from programmes.experiment_forms import (
    EffectForm,
    ExperimentForm,
    LetterForm,
    SchemeForm,
    effect_initial,
    experiment_initial,
    letter_initial,
    scheme_initial,
    takings_of_area,
)
from programmes.models import EffectClaim, Experiment, ExperimentScheme, SchemeLetter
from programmes.plans import require
from programmes.shared import keeper_of, may_keep
from programmes.views.editing import AlterPage, MakePage, Steps
from programmes.views.experiments import (
    effect_line,
    experiment_url,
    scheme_url,
    visible_experiment,
    visible_scheme,
)


def register_step() -> tuple[str, str]:
    return str(_("Joint experiments")), reverse("programmes:experiments")


class RemovePage(AlterPage):
    """Asks before something goes; a page says what goes with it in `goes()`."""

    button = gettext_lazy("Yes, remove")
    done = gettext_lazy("It is removed. What it said is still in the history.")

    def goes(self) -> str:
        raise NotImplementedError

    def after(self) -> str:
        """Where one is when it is gone."""
        raise NotImplementedError

    def fresh(self) -> forms.BaseForm:
        return PortalForm()

    def form(self, data: Any) -> forms.BaseForm:
        return PortalForm(data)

    def told(self) -> list[tuple[str, str]]:
        return [(str(_("What goes")), self.goes())]

    def more(self, form: forms.BaseForm) -> dict[str, Any]:
        return {"lead": self.goes()}

    def back(self) -> str:
        sent = self.request.method == "POST" and not self.refused
        return self.after() if sent else super().back()

    refused = False

    def say(self, form: forms.BaseForm, refused: Any) -> None:
        self.refused = True
        super().say(form, refused)


# -------------------------------------------------------------------------------------------------------- schemes
class MakeScheme(MakePage):
    """/forsoeg/ordning/opret/"""

    title = gettext_lazy("Make a scheme of experiments")
    lead = gettext_lazy("Your organisation keeps it. Everybody of the area reads it.")
    kind = "experiment-scheme"
    done = gettext_lazy("The scheme is made. Register its experiments.")
    draft_title = gettext_lazy("Make a scheme of experiments")

    def allow(self) -> None:
        keeper_of(self.actor)

    def steps(self) -> Steps:
        return [register_step()]

    def form(self, data: Any = None) -> SchemeForm:
        initial = {} if data is not None else {"municipalities": takings_of_area(self.actor)}
        return SchemeForm(self.actor, data, initial=initial)

    def make(self, form: SchemeForm, written: Written) -> int:
        return rules.make_scheme(self.actor, keeper_of(self.actor), written=written, **form.said()).pk

    def address(self, pk: int) -> str:
        return reverse("programmes:scheme", args=[pk])


class OfScheme:
    """A page about a scheme, or one that lies under it."""

    actor: Any
    kwargs: dict[str, Any]

    @cached_property
    def scheme(self) -> ExperimentScheme:
        return visible_scheme(self.actor, self.kwargs["pk"])

    @property
    def present(self) -> ExperimentScheme:
        return self.scheme

    def allow(self) -> None:
        require(may_keep(self.actor, self.scheme.owner))

    def steps(self) -> Steps:
        return [register_step(), (self.scheme.name, scheme_url(self.scheme))]

    def thing(self) -> str:
        return rules.scheme_thing(self.scheme)


class ChangeScheme(OfScheme, AlterPage):
    """/forsoeg/ordning/<pk>/ret/"""

    title = gettext_lazy("Change the scheme")
    draft_title = gettext_lazy("Change a scheme of experiments")

    def fresh(self) -> SchemeForm:
        return SchemeForm(self.actor, initial=scheme_initial(self.scheme), scheme=self.scheme)

    def form(self, data: Any) -> SchemeForm:
        return SchemeForm(self.actor, data, scheme=self.scheme)

    def save(self, form: SchemeForm) -> None:
        rules.change_scheme(self.actor, self.scheme, seen=self.seen, **form.said())


class RemoveScheme(OfScheme, RemovePage):
    """/forsoeg/ordning/<pk>/fjern/"""

    title = gettext_lazy("Remove the scheme?")

    def goes(self) -> str:
        return _("“%(name)s” with its municipalities and letters. Its experiments must be removed before.") % {
            "name": self.scheme.name
        }

    def after(self) -> str:
        return reverse("programmes:experiments")

    def save(self, form: forms.BaseForm) -> None:
        rules.remove_scheme(self.actor, self.scheme, seen=self.seen)


# -------------------------------------------------------------------------------------------------------- letters
class MakeLetter(OfScheme, MakePage):
    """/forsoeg/ordning/<pk>/breve/opret/"""

    title = gettext_lazy("Register a letter or an audience")
    kind = "scheme-letter"
    done = gettext_lazy("It is registered.")
    draft_title = gettext_lazy("Register a letter or an audience")

    def form(self, data: Any = None) -> LetterForm:
        return LetterForm(data, new=True)

    def make(self, form: LetterForm, written: Written) -> int:
        return rules.add_letter(self.actor, self.scheme, form.letter(), written=written).pk

    def address(self, pk: int) -> str:
        return scheme_url(self.scheme)


class OfLetter(OfScheme):
    """A letter has its scheme's version."""

    @cached_property
    def letter(self) -> SchemeLetter:
        seen = ExperimentScheme.objects.visible_to(self.actor).order_by().values("pk")
        rows = SchemeLetter.objects.filter(scheme__in=seen).select_related("scheme__owner")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def scheme(self) -> ExperimentScheme:
        return self.letter.scheme


class ChangeLetter(OfLetter, AlterPage):
    """/forsoeg/breve/<pk>/ret/"""

    title = gettext_lazy("Change the letter")
    draft_title = gettext_lazy("Change a letter")
    template = "programmes/shared/part_form.html"

    def fresh(self) -> LetterForm:
        return LetterForm(initial=letter_initial(rules.letter_of(self.letter)), new=False)

    def form(self, data: Any) -> LetterForm:
        return LetterForm(data, new=False)

    def save(self, form: LetterForm) -> None:
        rules.change_letter(self.actor, self.letter, form.letter(), seen=self.seen)

    def more(self, form: LetterForm) -> dict[str, Any]:
        remove = reverse("programmes:letter_remove", args=[self.letter.pk])
        return {"remove": remove, "remove_title": _("Remove the letter")}


class RemoveLetter(OfLetter, RemovePage):
    """/forsoeg/breve/<pk>/fjern/"""

    title = gettext_lazy("Remove the letter?")

    def goes(self) -> str:
        return str(self.letter)

    def after(self) -> str:
        return scheme_url(self.scheme)

    def save(self, form: forms.BaseForm) -> None:
        rules.remove_letter(self.actor, self.letter, seen=self.seen)


# ---------------------------------------------------------------------------------------------------- experiments
class MakeExperiment(OfScheme, MakePage):
    """/forsoeg/ordning/<pk>/opret/"""

    title = gettext_lazy("Register an experiment")
    lead = gettext_lazy("What came of it is added on its own page.")
    kind = "experiment"
    done = gettext_lazy("The experiment is registered. Add what is said to have come of it.")
    draft_title = gettext_lazy("Register an experiment")

    def form(self, data: Any = None) -> ExperimentForm:
        return ExperimentForm(self.scheme, data, new=True)

    def make(self, form: ExperimentForm, written: Written) -> int:
        return rules.make_experiment(self.actor, self.scheme, written=written, **form.said()).pk

    def address(self, pk: int) -> str:
        return reverse("programmes:experiment", args=[pk])


class OfExperiment:
    """A page about an experiment, or one that lies under it."""

    actor: Any
    kwargs: dict[str, Any]

    @cached_property
    def experiment(self) -> Experiment:
        return visible_experiment(self.actor, self.kwargs["pk"])

    @property
    def present(self) -> Experiment:
        return self.experiment

    def allow(self) -> None:
        require(may_keep(self.actor, self.experiment.scheme.owner))

    def steps(self) -> Steps:
        scheme = self.experiment.scheme
        own = (self.experiment.title, experiment_url(self.experiment))
        return [register_step(), (scheme.name, scheme_url(scheme)), own]

    def thing(self) -> str:
        return rules.experiment_thing(self.experiment)


class ChangeExperiment(OfExperiment, AlterPage):
    """/forsoeg/<pk>/ret/"""

    title = gettext_lazy("Change the experiment")
    draft_title = gettext_lazy("Change an experiment")

    def fresh(self) -> ExperimentForm:
        return ExperimentForm(self.experiment.scheme, initial=experiment_initial(self.experiment), new=False)

    def form(self, data: Any) -> ExperimentForm:
        return ExperimentForm(self.experiment.scheme, data, new=False)

    def save(self, form: ExperimentForm) -> None:
        rules.change_experiment(self.actor, self.experiment, seen=self.seen, **form.said())


class RemoveExperiment(OfExperiment, RemovePage):
    """/forsoeg/<pk>/fjern/"""

    title = gettext_lazy("Remove the experiment?")

    def goes(self) -> str:
        return _("“%(title)s” with its stated effects and good cases.") % {"title": self.experiment.title}

    def after(self) -> str:
        return scheme_url(self.experiment.scheme)

    def save(self, form: forms.BaseForm) -> None:
        rules.remove_experiment(self.actor, self.experiment, seen=self.seen)


# -------------------------------------------------------------------------------------------------------- effects
class MakeEffect(OfExperiment, MakePage):
    """/forsoeg/<pk>/effekter/opret/"""

    title = gettext_lazy("Add a stated effect")
    lead = gettext_lazy("As the source says it. Stated effects are never added together.")
    kind = "effect-claim"
    done = gettext_lazy("The effect is added.")

    def form(self, data: Any = None) -> EffectForm:
        return EffectForm(data, new=True)

    def make(self, form: EffectForm, written: Written) -> int:
        return rules.add_effect(self.actor, self.experiment, form.effect(), written=written).pk

    def address(self, pk: int) -> str:
        return experiment_url(self.experiment)


class OfEffect(OfExperiment):
    """An effect has its experiment's version."""

    @cached_property
    def effect(self) -> EffectClaim:
        seen = Experiment.objects.visible_to(self.actor).order_by().values("pk")
        rows = EffectClaim.objects.filter(experiment__in=seen).select_related("experiment__scheme__owner")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def experiment(self) -> Experiment:
        return self.effect.experiment


class ChangeEffect(OfEffect, AlterPage):
    """/forsoeg/effekter/<pk>/ret/"""

    title = gettext_lazy("Change the stated effect")
    template = "programmes/shared/part_form.html"

    def fresh(self) -> EffectForm:
        return EffectForm(initial=effect_initial(self.effect), new=False)

    def form(self, data: Any) -> EffectForm:
        return EffectForm(data, new=False)

    def save(self, form: EffectForm) -> None:
        rules.change_effect(self.actor, self.effect, form.effect(), seen=self.seen)

    def more(self, form: EffectForm) -> dict[str, Any]:
        remove = reverse("programmes:effect_remove", args=[self.effect.pk])
        return {"remove": remove, "remove_title": _("Remove the effect")}


class RemoveEffect(OfEffect, RemovePage):
    """/forsoeg/effekter/<pk>/fjern/"""

    title = gettext_lazy("Remove the stated effect?")

    def goes(self) -> str:
        return effect_line(self.effect)

    def after(self) -> str:
        return experiment_url(self.experiment)

    def save(self, form: forms.BaseForm) -> None:
        rules.remove_effect(self.actor, self.effect, seen=self.seen)
