"""A municipality's own split of its target: seen and made by itself, and by nobody else."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal import ledger
from portal.identity import rights as permissions
from portal.identity.models import Organisation
from portal.ui.tables import Column, Table
from reporting import keys, rights
from reporting.keys import KeyUnit
from reporting.models import KeyVersion
from reporting.targets import newest_version
from reporting.views.key_forms import Candidate, SplitForm
from reporting.views.keys import KeyBase

REMAINDER = "common"


class SplitPage(KeyBase):
    """/programmer/<slug>/noegler/<key>/deling/<unit>/"""

    def get(self, request: HttpRequest, slug: str, key: str, unit: str) -> HttpResponseBase:
        initial = {f"part_{code}": number for code, number in self.numbers.items() if code != REMAINDER}
        return self.page(SplitForm(self.parts, self.total, initial=initial))

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
                    self.approved, self.unit["code"], units, note=form.cleaned_data["note"], actor=self.actor
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

    @cached_property
    def numbers(self) -> dict[str, Decimal]:
        """What holds inside: the number of each part by its code."""
        version = keys.split_of(self.approved, self.unit["code"])
        return {} if version is None else keys.amounts_of(version)

    def page(self, form: SplitForm) -> HttpResponse:
        may = permissions.may(self.actor, rights.SPLIT_TARGET)
        context = {
            "programme": self.key.programme,
            "key": self.key,
            "unit": self.unit,
            "total": self.total,
            "table": self.table(),
            "has_split": bool(self.numbers),
            "form": form if may else None,
            "refused": "" if may else may.reason,
        }
        return render(self.request, "reporting/key_split.html", context)

    def delivered(self) -> dict[int | None, Decimal]:
        """Matches with their place of work in the unit, by creator: whose they are. One query."""
        target = self.key.target
        version = newest_version(target) if target else None
        if target is None or version is None or target.measure_id is None:
            return {}
        now = ledger.AsOf.now()
        where = ledger.under(self.key.programme.heading_id, now) & Q(
            municipality__in=self.unit["municipalities"],
            month__gte=version.counted_from.replace(day=1),
            month__lte=version.counted_to,
        )
        found = ledger.sums(target.measure_id, now, by=("organisation",), where=where)
        return {row["organisation"]: row["total"] for row in found}

    def table(self) -> Table:
        """Each part with its number and what it has delivered; what others delivered counts for the remainder."""
        delivered = self.delivered()
        own = {each.organisation for each in self.parts}
        others = sum((quantity for pk, quantity in delivered.items() if pk not in own), Decimal(0))
        nothing = "–"
        rows = [
            {
                "name": each.name,
                "number": self.numbers.get(each.code, nothing),
                "delivered": delivered.get(each.organisation, Decimal(0)),
            }
            for each in self.parts
        ]
        rows.append(
            {
                "name": _("Common remainder"),
                "number": self.numbers.get(REMAINDER, nothing),
                "delivered": others,
            }
        )
        return Table(
            caption=_("The parts and what they have delivered"),
            caption_hidden=True,
            columns=[
                Column("name", _("Part")),
                Column("number", _("Target"), kind="number", decimals=0),
                Column("delivered", _("Matches"), kind="number", decimals=0),
            ],
            rows=rows,
            total={
                "name": self.unit["name"],
                "number": self.total,
                "delivered": sum(delivered.values(), Decimal(0)),
            },
        )
