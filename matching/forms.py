"""The form of the log page and the filters of the match list.

The log form reads what was typed and decides nothing: which choices are right is said by `register_match`, so that page
and API give the same messages, all at once, and nothing typed is lost.
"""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matching import choices
from matching.choice_fields import ChoiceId, ChoiceIds, ChoiceText
from matching.companies import NewCompany
from matching.entries import MatchEntry
from matching.finding import Typed
from matching.models import Company, MatchType, Stage, WorkArea
from matching.more_forms import ATTESTED, MoreFields
from matching.rulebook import Rulebook
from portal.geography.models import Municipality
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ui import formats
from portal.ui.fields import DateField, SmartDateField
from portal.ui.forms import PortalForm
from programmes.models import Initiative, Programme


class LogForm(MoreFields):
    """`data` None shows the defaults with `initial` over them; `quiet` shows what was typed without judging it."""

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)
    company_text = forms.CharField(
        label=_("Company"), help_text=_("Name or CVR number"), required=False, max_length=200
    )
    company = forms.CharField(widget=forms.HiddenInput, required=False)
    company_for = forms.CharField(widget=forms.HiddenInput, required=False)
    company_name = forms.CharField(label=_("Company's name"), required=False)
    company_cvr = forms.CharField(
        label=_("CVR number"),
        help_text=_("Leave it empty if you do not know it. The company is then matched with the register later."),
        required=False,
    )
    company_municipality = ChoiceText(label=_("Company's municipality"))
    match_type = ChoiceText(label=_("Match type"), widget=forms.RadioSelect)
    created_by = ChoiceId(label=_("Created by"))
    work_area = ChoiceText(label=_("Work area"))
    agreed_on = DateField(label=_("Agreed on"), help_text=_("For example 31 1 2021"), required=False)
    municipality = ChoiceText(label=_("Place of work"))
    programme = ChoiceText(label=_("Programme"))
    assisted_by = ChoiceIds(label=_("Others who assisted"), required=False)
    on_behalf_of = ChoiceId(label=_("On behalf of"))
    activity = ChoiceId(label=_("Activity"))
    different_reason = forms.CharField(label=_("Why is it another match?"), required=False, max_length=300)
    # The order in which the page has them, and the summary of what is wrong: what may be said besides comes last.
    field_order = [
        "company_text", "company_name", "company_municipality", "company_cvr", "match_type", "created_by", "work_area",
        "agreed_on", "municipality", "programme", "assisted_by", "on_behalf_of", *ATTESTED, "activity",
    ]  # fmt: skip

    def __init__(
        self,
        actor: Actor,
        data: QueryDict | None = None,
        *,
        initial: dict[str, Any] | None = None,
        company: Company | None = None,
        quiet: bool = False,
    ) -> None:
        self.actor, self.company_chosen, self.quiet = actor, company, quiet
        self.today = timezone.localdate()
        super().__init__(data, initial=initial)
        self.in_programme = self._programme()
        if data is None:
            self.initial = {**self._defaults(), **self.initial}
        self._offer()
        self._let_script_help()

    def full_clean(self) -> None:
        super().full_clean()
        if self.quiet:
            self._errors = ErrorDict()

    def _let_script_help(self) -> None:
        """What htmx does while one types; without it the same is done by sending the form."""
        self.fields["company_text"].widget.attrs.update(
            {
                "autocomplete": "off",
                "spellcheck": "false",
                "hx-get": reverse("matching:company_search"),
                "hx-trigger": "input changed delay:250ms",
                "hx-target": "#company-choice",
                "hx-sync": "this:replace",
            }
        )
        self.fields["programme"].widget.attrs.update(
            {
                "hx-post": reverse("matching:log"),
                "hx-vals": '{"find": "1"}',
                "hx-target": "#match-form",
                "hx-select": "#match-form",
                "hx-swap": "outerHTML",
            }
        )

    # What stands behind the choices

    @cached_property
    def programmes(self) -> list[Programme]:
        return choices.programmes_for(self.actor, self.today)

    def _programme(self) -> Programme | None:
        """The programme in the form, the running one when there is none; a slug that is not the actor's is none."""
        slug = self.data.get("programme") if self.is_bound else self.initial.get("programme")
        if slug:
            return next((entry for entry in self.programmes if entry.slug == slug), None)
        return self.programmes[0] if self.programmes else None

    @property
    def offered(self) -> Programme | None:
        """The programme whose creators, partners and places are offered, also while none has been chosen."""
        return self.in_programme or (self.programmes[0] if self.programmes else None)

    @property
    def on(self) -> date:
        """The day by which creators and municipalities are offered: the typed one as far as it can be read."""
        day = self.initial.get("agreed_on") if not self.is_bound else None
        if self.is_bound:
            try:
                day = self.fields["agreed_on"].clean(
                    self.fields["agreed_on"].widget.value_from_datadict(self.data, self.files, "agreed_on")
                )
            except forms.ValidationError:
                day = None
        day = day or self.today
        return min(max(day, self.offered.starts_on), self.offered.ends_on) if self.offered else day

    @cached_property
    def book(self) -> Rulebook | None:
        """What the rules ask of the programme that is offered: the lists are made of the same."""
        return Rulebook(self.offered) if self.offered else None

    @cached_property
    def creators(self) -> list[Organisation]:
        return list(self.book.creators(self.on).values()) if self.book else []

    @cached_property
    def partners(self) -> list[Organisation]:
        return list(self.book.partners(self.on).values()) if self.book else []

    @cached_property
    def municipalities(self) -> list[Municipality]:
        return list(self.book.places(self.on).values()) if self.book else []

    @cached_property
    def types(self) -> list[MatchType]:
        return choices.types_by_use(self.actor.organisation)

    @property
    def own(self) -> Organisation | None:
        return self.actor.organisation

    def _defaults(self) -> dict[str, Any]:
        programme = self.in_programme
        own = choices.own_creator(self.actor, self.creators)
        # In a programme that is over, today would be wrong before anything was typed.
        day = self.today if programme is not None and programme.holds(self.today) else None
        return {
            "token": uuid.uuid4().hex,
            "programme": programme.slug if programme else "",
            "agreed_on": day,
            "created_by": own.pk if own else "",
            "municipality": "",
        }

    def _offer(self) -> None:
        blank = ("", _("Choose"))
        own = self.own.pk if self.own else None
        self._choices("programme", [(entry.slug, entry.name) for entry in self.programmes])
        self._choices("match_type", [(entry.code, entry.label) for entry in self.types])
        self._choices("municipality", [("", self.same_place), *self._places()])
        # Asked for only where a new company is filled in.
        self.fields["company_municipality"].widget.choices = lambda: [blank, *self._all_municipalities()]
        self._choices("created_by", [blank, *self._creator_groups()])
        areas = WorkArea.objects.filter(active=True)
        self._choices("work_area", [blank, *((entry.code, entry.label) for entry in areas)])
        partners = self.partners
        self._choices("assisted_by", [(entry.pk, entry.name) for entry in partners if entry.pk != own])
        self._choices(
            "on_behalf_of", [("", _("Nobody")), *((entry.pk, entry.name) for entry in partners if entry.pk != own)]
        )
        activities = Initiative.objects.filter(programme=self.offered)
        self._choices("activity", [("", _("None")), *((entry.pk, str(entry)) for entry in activities)])
        self.offer_more(self.actor, self.company_chosen)

    def _choices(self, name: str, offered: Iterable[Any]) -> None:
        self.fields[name].widget.choices = list(offered)

    def _creator_groups(self) -> list[tuple[Any, list[tuple[int, str]]]]:
        near = self.company_chosen.municipality if self.company_chosen else None
        titles = {
            "near": near.name if near else "",
            "everywhere": _("The whole area"),
            "elsewhere": _("Other municipalities") if near else _("Municipalities"),
        }
        groups = choices.creators_near(self.creators, near.code if near else None)
        return [(titles[group.key], [(entry.pk, entry.name) for entry in group.organisations]) for group in groups]

    def _places(self) -> list[tuple[Any, Any]]:
        """The programme's municipalities; of a company with places of work in several, those come first."""
        rest = [(entry.code, entry.name) for entry in self.municipalities]
        own = choices.places_of_work(self.company_chosen, self.municipalities)
        if len(own) < 2:
            return rest
        return [(_("The company's places of work"), own), (_("Other municipalities"), rest)]

    def _all_municipalities(self) -> list[tuple[Any, list[tuple[str, str]]]]:
        inside = [(entry.code, entry.name) for entry in self.municipalities]
        codes = {code for code, _name in inside}
        others = [
            (entry.code, entry.name)
            for entry in Municipality.objects.filter(kind=Municipality.Kind.MUNICIPALITY)
            if entry.code not in codes
        ]
        return [(_("In the programme"), inside), (_("The rest of the country"), others)]

    # What the template asks

    @property
    def same_place(self) -> Any:
        company = self.company_chosen
        if company is not None and company.municipality is not None:
            return _("The company's municipality (%(name)s)") % {"name": company.municipality.name}
        return _("The company's municipality")

    @property
    def company_place(self) -> str:
        company = self.company_chosen
        return company.municipality.name if company is not None and company.municipality is not None else ""

    @property
    def new_company_fields(self) -> list[forms.BoundField]:
        return [self["company_name"], self["company_municipality"], self["company_cvr"]]

    @property
    def first_types(self) -> list[Any]:
        return list(self["match_type"].subwidgets)[:2]

    @property
    def more_types(self) -> list[Any]:
        return list(self["match_type"].subwidgets)[2:]

    @property
    def all_types_shown(self) -> bool:
        """Open when a hidden one is chosen, or when the choice is what is wrong."""
        chosen = str(self["match_type"].value() or "")
        return "match_type" in self.errors or chosen in {entry.code for entry in self.types[2:]}

    @property
    def agreed_open(self) -> bool:
        """Open when something in it is wrong or still has to be chosen."""
        wrong = {"agreed_on", "municipality", "programme"} & set(self.errors)
        return bool(wrong) or self._day() is None or self.place_missing or bool(self.period_hint)

    @property
    def period_hint(self) -> str:
        """When the programme runs, if the day in the form is not in it: another programme was chosen."""
        day, programme = self._day(), self.in_programme
        if programme is None or (day is not None and programme.holds(day)):
            return ""
        return gettext("%(programme)s runs from %(start)s to %(end)s.") % {
            "programme": programme.name,
            "start": formats.date_da(programme.starts_on),
            "end": formats.date_da(programme.ends_on),
        }

    @property
    def place_missing(self) -> bool:
        """The company lies outside the programme, so its municipality cannot stand for the place of work."""
        company = self.company_chosen
        if company is None or self.in_programme is None or self["municipality"].value():
            return False
        return choices.home_of(self.municipalities, company.municipality_id) is None

    @property
    def others_open(self) -> bool:
        names = ("assisted_by", "on_behalf_of", *ATTESTED, "activity")
        return any(name in self.errors for name in names) or any(self[name].value() for name in names)

    @property
    def agreed_line(self) -> str:
        """What the folded line says: when, where and in which programme."""
        day = self._day()
        if day is None:
            when = gettext("Agreed when?")
        elif day == self.today:
            when = gettext("Agreed today, %(day)s") % {"day": formats.date_da(day)}
        else:
            when = gettext("Agreed %(day)s") % {"day": formats.date_da(day)}
        code = str(self["municipality"].value() or "")
        if not code and self.company_chosen is not None:
            code = self.company_chosen.municipality_id or ""
        place = choices.home_of(self.municipalities, code)
        where = gettext("in %(place)s") % {"place": place.name} if place else gettext("in the company's municipality")
        programme = self.in_programme.name if self.in_programme else gettext("no programme")
        return f"{when}, {where}, {programme}"

    def _day(self) -> date | None:
        value = self["agreed_on"].value()
        if isinstance(value, date):
            return value
        try:
            day: date | None = self.fields["agreed_on"].clean(value)
        except forms.ValidationError:
            return None
        return day

    @property
    def assisting_text(self) -> str:
        """Which organisation stands as assisting without being asked for; "" for a municipality's own people."""
        return self.own.name if self.own is not None and choices.stands_as_assisting(self.actor) else ""

    @property
    def own_creates(self) -> bool:
        return choices.own_creator(self.actor, self.creators) is not None

    # What was typed

    @property
    def typed(self) -> Typed:
        def value(name: str) -> str:
            return str(self.data.get(name, ""))

        return Typed(
            text=value("company_text"),
            chosen=value("company"),
            searched=value("company_for"),
            new=NewCompany(
                name=value("company_name"), municipality=value("company_municipality") or None, cvr=value("company_cvr")
            ),
        )

    @property
    def untouched(self) -> bool:
        """Nothing but the company is filled in: the person is still looking for it."""
        return not self.data.get("match_type") and not self.data.get("work_area")

    def entry(self, company: Company | NewCompany | None) -> MatchEntry:
        """What was typed, for the rule. Call after is_valid()."""
        cleaned = self.cleaned_data
        return MatchEntry(
            programme=self.in_programme,
            company=company,
            match_type=cleaned.get("match_type", ""),
            agreed_on=cleaned.get("agreed_on"),
            work_area=cleaned.get("work_area", ""),
            municipality=cleaned.get("municipality") or None,
            created_by=cleaned.get("created_by"),
            assisted_by=cleaned.get("assisted_by", ()),
            on_behalf_of=cleaned.get("on_behalf_of"),
            activity=cleaned.get("activity"),
            different_reason=cleaned.get("different_reason", ""),
            more=self.more(),
        )


class ListForm(PortalForm):
    """The filters of the match list. What is not understood filters nothing away; it is said beside the field."""

    text = forms.CharField(label=_("Company"), required=False, max_length=100)
    programme = ChoiceText(label=_("Programme"))
    municipality = ChoiceText(label=_("Place of work"))
    match_type = ChoiceText(label=_("Match type"))
    created_by = ChoiceId(label=_("Created by"))
    work_area = ChoiceText(label=_("Work area"))
    agreed_from = SmartDateField(label=_("Agreed from"), required=False)
    agreed_to = SmartDateField(label=_("Agreed to"), required=False)
    stage = ChoiceText(label=_("How far"))
    event = forms.CharField(label=_("Event"), required=False, max_length=160)

    def __init__(self, actor: Actor, data: QueryDict, *, offer: bool = True) -> None:
        """`offer` False leaves the choices out: a file shows none."""
        super().__init__(data)
        if offer:
            self._offer(actor)

    def _offer(self, actor: Actor) -> None:
        everything = ("", _("All"))
        programmes = choices.programmes_for(actor, timezone.localdate())
        for name, offered in (
            ("programme", [(entry.slug, entry.name) for entry in programmes]),
            ("municipality", [(entry.code, entry.name) for entry in choices.municipalities_of(programmes)]),
            ("match_type", [(entry.code, entry.label) for entry in MatchType.objects.all()]),
            ("created_by", [(entry.pk, entry.name) for entry in choices.creators_of(programmes)]),
            ("work_area", [(entry.code, entry.label) for entry in WorkArea.objects.all()]),
            ("stage", Stage.choices),
        ):
            self.fields[name].widget.choices = [everything, *offered]
