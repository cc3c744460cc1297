"""A municipality's own split of its target: seen and made by itself, and by nobody else."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.drafts.pages import ChangePage
from portal.identity import rights as permissions
from portal.identity.models import Organisation
from portal.ui import formats
from portal.ui.empty import EmptyValue
from portal.ui.export import export_response, requested
from portal.ui.tables import Column, Table
from portal.ui.templatetags.ui import status as light
from reporting import keys, rights, words
from reporting.inside_targets import REMAINDER, InsideTarget, delivered, inside_targets, unit_version
from reporting.keys import KeyUnit
from reporting.models import KeyVersion
from reporting.views.key_forms import Candidate, SplitForm
from reporting.views.keys import KeyBase


class SplitPage(ChangePage, KeyBase):
    """/programmer/<slug>/noegler/<key>/deling/<unit>/"""

    def get(self, request: HttpRequest, slug: str, key: str, unit: str) -> HttpResponseBase:
        kind = requested(request)
        if kind is not None:
            self.unit  # noqa: B018  # that of others does not exist
            name = "-".join((self.key.key, self.unit["code"], _("split")))
            return export_response(kind, name, SPLIT_COLUMNS, split_rows(self.targets, self.own))
        return self.page(self.fresh())

    def fresh(self) -> SplitForm:
        numbers = keys.amounts_of(self.standing) if self.standing is not None else {}
        initial: dict[str, Any] = {f"part_{code}": number for code, number in numbers.items() if code != REMAINDER}
        initial["note"] = self.standing.decision if self.standing else ""
        return SplitForm(self.parts, self.total, initial=initial)

    def thing(self) -> str:
        return keys.split_thing(self.key, self.unit["code"])

    def mark(self) -> str:
        return keys.split_mark(self.approved, self.standing)

    def told(self) -> list[tuple[str, str]]:
        return [(_("To split"), formats.number(self.total))]

    def things(self) -> list[str]:
        return [self.thing(), keys.thing(self.key)]

    def post(self, request: HttpRequest, slug: str, key: str, unit: str) -> HttpResponseBase:
        permissions.require(self.actor, rights.SPLIT_TARGET)
        self.unit  # noqa: B018  # whose unit it is comes before what was typed
        form = SplitForm(self.parts, self.total, request.POST)
        if form.is_valid():
            units = [
                KeyUnit(each.code, each.name, form.cleaned_data[f"part_{each.code}"], organisation=each.organisation)
                for each in self.parts
            ]
            units.append(KeyUnit(REMAINDER, _("Common remainder"), form.remainder))
            answer = self.act(
                form,
                "key-split",
                lambda: keys.split(
                    self.approved,
                    self.unit["code"],
                    units,
                    note=form.cleaned_data["note"],
                    actor=self.actor,
                    seen=self.seen,
                ),
            )
            if answer is not None:
                messages.success(request, _("The split is saved. Only you can see it."))
                answer["Location"] = self.address("key_split", unit=self.unit["code"])
                return answer
        return self.page(form)

    @cached_property
    def approved(self) -> KeyVersion:
        if self.state.approved is None:
            raise Http404
        return self.state.approved

    @cached_property
    def unit(self) -> dict[str, Any]:
        """The unit of the address if it is the person's own; that of others does not exist."""
        unit = keys.unit_in(self.approved, self.kwargs["unit"])
        if unit is None or unit["excluded"] or not keys.may_see_split(self.actor, unit):
            raise Http404
        return unit

    @cached_property
    def total(self) -> Decimal:
        return Decimal(keys.amounts_of(self.approved)[self.unit["code"]])

    @cached_property
    def parts(self) -> list[Candidate]:
        """The municipality's jobcentre and business office, or what lies below the organisation."""
        inside = Q(municipality__in=self.unit["municipalities"], kind__in=keys.LOCAL[1:])
        if self.unit["organisation"] is not None:
            inside = Q(parent=self.unit["organisation"])
        found = Organisation.objects.on(self.actor.on).filter(inside).order_by("sort_key", "pk")
        return [Candidate(f"o{each.pk}", each.name, organisation=each.pk) for each in found]

    @property
    def own(self) -> int | None:
        """The unit that the person is of, where it is one of the parts."""
        return self.actor.organisation.pk if self.actor.organisation else None

    @cached_property
    def standing(self) -> KeyVersion | None:
        """The split that holds inside."""
        return keys.split_of(self.approved, self.unit["code"])

    @cached_property
    def targets(self) -> list[InsideTarget]:
        """Each part's own target with where it is now, and the common remainder."""
        units = [KeyUnit(each.code, each.name, None, organisation=each.organisation) for each in self.parts]
        known = {REMAINDER, *(each.code for each in units)}
        # A part that has closed since keeps its number until the target is split anew.
        standing = self.standing.units if self.standing else []
        units += [keys.read_unit(each) for each in standing if each["code"] not in known]
        units.append(KeyUnit(REMAINDER, _("Common remainder"), None))
        version = unit_version(self.key, self.unit["code"])
        return inside_targets(units, self.standing, version, delivered(self.key, version), ledger.today())

    def page(self, form: SplitForm) -> HttpResponse:
        may = permissions.may(self.actor, rights.SPLIT_TARGET)
        split = (each for each in self.targets if each.amount is not None and each.value is not None)
        own = next((each for each in split if each.organisation == self.own), None)
        context = {
            "programme": self.key.programme,
            "key": self.key,
            "unit": self.unit,
            "total": self.total,
            "table": split_table(self.unit["name"], self.total, self.targets, self.own),
            "has_split": self.standing is not None,
            "own": own,
            "tone": words.TONE[own.status] if own else "neutral",
            "expected": own.expected.value if own and own.expected else Fraction(0),
            "note": self.standing.decision if self.standing else "",
            "form": form if may else None,
            "refused": "" if may else may.reason,
        }
        return render(self.request, "reporting/key_split.html", context)


SPLIT_COLUMNS = [
    Column("name", gettext_lazy("Part")),
    Column("number", gettext_lazy("Target"), kind="number", decimals=0),
    Column("delivered", gettext_lazy("Matches"), kind="number", decimals=0, lead=True),
    Column("expected", gettext_lazy("Expected by now"), kind="number", decimals=1),
    Column("attainment", gettext_lazy("Attainment"), kind="percent"),
    Column("status", gettext_lazy("Status")),
]


def split_rows(found: list[InsideTarget], own: int | None) -> Iterator[dict[str, Any]]:
    """The parts as a file has them: numbers, and the status in words."""
    for each in found:
        # What the target's form has none of, is not relevant; what is not split yet, is not there at all.
        nothing: Any = "–" if each.amount is None else EmptyValue.NOT_RELEVANT
        yield {
            "name": each.name,
            "number": nothing if each.amount is None else Decimal(each.amount),
            "delivered": EmptyValue.HIDDEN if each.value is None else each.value,
            "expected": nothing if each.expected is None else Fraction(each.expected.value),
            "attainment": nothing if each.attainment is None else each.attainment,
            "status": str(words.STATUS[each.status]),
            "own": each.organisation is not None and each.organisation == own,
        }


def split_table(name: str, total: Decimal, found: list[InsideTarget], own: int | None) -> Table:
    """Each part with its target and where it is; what others delivered counts for the remainder."""
    rows = list(split_rows(found, own))
    for row, each in zip(rows, found, strict=True):
        row["status"] = light(words.TONE[each.status], row["status"])
    closed = any(each.value is None for each in found)
    delivered_in_all = sum((each.value or Decimal(0) for each in found), Decimal(0))
    wanted = sum((each.in_all or Decimal(0) for each in found), Decimal(0))
    return Table(
        caption=_("The parts, their targets and where they are"),
        caption_hidden=True,
        columns=SPLIT_COLUMNS if any(each.amount is not None for each in found) else SPLIT_COLUMNS[:3],
        rows=rows,
        total={
            "name": name,
            "number": total,
            "delivered": EmptyValue.HIDDEN if closed else delivered_in_all,
            "expected": "",
            "attainment": formats.share(delivered_in_all, wanted) if wanted and not closed else "",
            "status": "",
        },
        tone=lambda row: "own" if row.get("own") else "",
    )
