"""Two people, one form: what was shown, what I typed and what stands now, put together field by field."""

from dataclasses import dataclass, field
from typing import Literal

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from portal.drafts import controls
from portal.drafts.models import Edit
from portal.drafts.versions import Shown

CHOOSE = "choose__"
"""Before the field's name: mine or theirs."""
OPENED, VERSION = "opened", "version"
OURS = frozenset({"csrfmiddlewaretoken", VERSION, OPENED})
"""Names of controls that are the form's frame and nobody's answer."""
By = Literal["me", "them", "both"]


@dataclass(frozen=True)
class Line:
    """A field that is not as it was shown. `by`: who changed it. `choice` "" must be made."""

    name: str
    label: str
    was: str
    mine: str
    theirs: str
    by: By
    choice: Literal["mine", "theirs", ""]
    wrong: bool = False
    alone: bool = False
    """Of my own saying only, such as the reason: nothing stands that could be chosen instead."""

    @property
    def id(self) -> str:
        return f"id_{CHOOSE}{self.name}"


@dataclass(frozen=True)
class Told:
    """Something the page says of the thing, that has changed."""

    title: str
    was: str
    now: str


@dataclass(frozen=True)
class Conflict:
    lines: list[Line]
    told: list[Told]
    edits: list[Edit] = field(default_factory=list)

    @property
    def to_choose(self) -> bool:
        """Has somebody else changed a field of the form? Otherwise there is nothing to choose, only to confirm."""
        return any(line.by != "me" for line in self.lines)

    @property
    def choices(self) -> list[Line]:
        return [line for line in self.lines if self.to_choose and not line.alone]

    @property
    def mine(self) -> list[Line]:
        """What I typed that is not to be chosen between."""
        return [line for line in self.lines if not self.to_choose or line.alone]


def compare(
    form: forms.BaseForm, shown: Shown | None, mine: MultiValueDict[str, str], *, asked: bool = False
) -> list[Line]:
    """The fields that differ; `form` is unbound and says what stands now.

    Without `shown` nobody knows what I saw, so every difference between mine and theirs is to be chosen. `asked`: the
    choices have been asked for before, and one that is missing is wrong.
    """
    lines = []
    for bound in controls.fields_of(form):
        theirs, typed = controls.sent_by(bound), controls.posted_by(bound, mine)
        was = shown.fields.get(bound.name) if shown is not None else None
        if controls.same(typed, theirs):
            continue
        i_did = was is None or not controls.same(typed, was)
        they_did = was is None or not controls.same(theirs, was)
        by: By = "both" if i_did and they_did else "me" if i_did else "them"
        chosen = mine.get(f"{CHOOSE}{bound.name}", "")
        default = {"me": "mine", "them": "theirs", "both": ""}[by]
        choice = chosen if chosen in ("mine", "theirs") else default
        lines.append(
            Line(
                bound.name,
                controls.label_of(form, bound),
                controls.reads(bound, was) if was is not None else "",
                controls.reads(bound, typed),
                controls.reads(bound, theirs),
                by,
                choice,  # type: ignore[arg-type]  # one of the three
                wrong=asked and not choice,
                alone=by == "me" and bound.field.required and not controls.said(theirs),
            )
        )
    return lines


def told_apart(before: list[tuple[str, str]], now: list[tuple[str, str]]) -> list[Told]:
    """What the page told when it was opened and tells otherwise now."""
    was, new = dict(before), dict(now)
    titles = [*new, *(title for title in was if title not in new)]
    return [Told(each, was.get(each, ""), new.get(each, "")) for each in titles if was.get(each) != new.get(each)]


def chosen(data: QueryDict, opened: Shown | None, theirs: Shown) -> tuple[QueryDict, bool]:
    """What came from the page that showed both, put together: (the form's data, whether a choice is missing)."""
    found, missing = data.copy(), False
    for name in [name for name in found if name == OPENED or name.startswith(CHOOSE)]:
        del found[name]
    for name, raw in theirs.fields.items():
        typed = {control: data.getlist(control) for control in raw}
        if controls.same(typed, raw):
            continue
        was = opened.fields.get(name) if opened is not None else None
        choice = data.get(f"{CHOOSE}{name}", "")
        if choice not in ("mine", "theirs"):
            mine_alone = was is not None and controls.same(raw, was)
            theirs_alone = was is not None and controls.same(typed, was)
            choice = "mine" if mine_alone else "theirs" if theirs_alone else ""
        missing |= not choice
        if choice == "theirs":
            for control, values in raw.items():
                found.setlist(control, values)
    return found, missing
