"""What scores numbers: a kind of rule that compares one measured value, alone or with a second one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from reporting.rules.scoring.kinds import Given, Params, Problem, Scored, Settings
from reporting.rules.scoring.measured import Verdict, decided, measured, numbers, too_few, without
from reporting.rules.values import Absent, Failed


@dataclass(frozen=True)
class Compared:
    """A kind as three things: what it is called, what is checked, and its verdict on the numbers.

    The first input is what is measured: it is shown, and the answers are counted of it.
    """

    name: str
    wanted: tuple[str, ...]
    problems: Callable[[Params], list[Problem]]
    verdict: Callable[..., Verdict | Absent | Failed]
    """(params, *numbers) → the verdict, or why there is none."""
    op: str = ""

    def inputs(self, params: Params) -> tuple[str, ...]:
        return self.wanted

    def check(self, params: Params) -> list[Problem]:
        return self.problems(params)

    def score(self, params: Params, inputs: Mapping[str, Given], settings: Settings) -> Scored:
        op = self.op or self.name
        found = [measured(inputs, name, settings) for name in self.wanted]
        steps, shown = [each.step for each in found], found[0].shown
        if self.wanted[0] in inputs and (scarce := too_few(op, params, inputs[self.wanted[0]], found[0], settings)):
            return scarce
        values = numbers(found)
        verdict = self._verdict(params, values) if isinstance(values, Sequence) else values
        if not isinstance(verdict, Verdict):
            return without(op, params, verdict, steps, settings, shown)
        return decided(op, params, verdict, steps, shown)

    def _verdict(self, params: Params, values: Sequence[Fraction]) -> Verdict | Absent | Failed:
        return self.verdict(params, *values)
