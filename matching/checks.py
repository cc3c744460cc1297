"""The rules a match must keep before it is saved. All are tried, so that a person meets every message at once."""

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from matching.companies import NewCompany, problems
from matching.entries import MatchEntry
from matching.errors import Invalid
from matching.models import Company, Match, MatchType, WorkArea
from matching.record_checks import CheckedMore, check_more
from matching.rulebook import Rulebook
from matching.workplace import check_place
from portal.geography.models import Municipality
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.roles import OrganisationKind
from portal.ui import formats
from programmes.models import Initiative, Programme


@dataclass(frozen=True)
class Checked:
    """An entry that keeps every rule, with what it points to."""

    programme: Programme
    match_type: MatchType
    municipality: Municipality
    agreed_on: date
    created_by: Organisation
    registered_by: Organisation
    work_area: WorkArea
    assisted_by: tuple[Organisation, ...]
    on_behalf_of: Organisation | None
    activity: Initiative | None
    more: CheckedMore


@dataclass
class _Errors:
    """Collects one message per field."""

    found: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, text: str) -> None:
        self.found.setdefault(name, []).append(text)


def check(
    actor: Actor,
    entry: MatchEntry,
    today: date | None = None,
    *,
    correcting: Match | None = None,
    book: Rulebook | None = None,
) -> Checked:
    """The entry with what it points to. Raises Invalid with every message. At most 14 queries; with a `book` of the
    programme, which the caller has found visible, only those of `check_more`.

    The twin is not looked for here, and a company's existence is the caller's to settle. `correcting`: the match as it
    stood; its registrar stays, and what it says already may be said again.
    """
    errors = _Errors()
    today = today or timezone.localdate()
    programme = entry.programme
    if book is None:
        if programme is None or not Programme.objects.visible_to(actor).filter(pk=programme.pk).exists():
            raise Invalid({"programme": [_("Choose the programme that the match belongs to.")]})
        book = Rulebook(programme)
    programme = book.programme
    agreed_on = _agreed_on(programme, entry.agreed_on, today, errors)
    # With a wrong date the other rules are asked as of a day on which the programme runs.
    on = agreed_on or min(max(today, programme.starts_on), programme.ends_on)
    _company(entry, errors, book)
    municipality = _municipality(book, entry, on, errors, correcting)
    match_type = book.types.get(entry.match_type)
    if match_type is None:
        errors.add("match_type", _("Choose the type of match."))
    work_area = book.work_areas.get(entry.work_area)
    if work_area is None or not (work_area.active or (correcting and correcting.work_area_id == work_area.code)):
        errors.add("work_area", _("Choose the area the person is to work in."))
    activity = None
    if entry.activity is not None:
        activity = book.activities.get(entry.activity)
        if activity is None:
            errors.add("activity", _("Choose one of the programme's activities, or none."))
    created_by, on_behalf_of, assisted_by = _parties(actor, book, entry, on, errors, correcting)
    organisation = correcting.registered_by if correcting else actor.organisation
    more = check_more(
        actor, entry.more, book, match_type=match_type, agreed_on=agreed_on, on_behalf_of=entry.on_behalf_of,
        today=today, add=errors.add, correcting=correcting, attest="on_behalf_of" not in errors.found,
    )  # fmt: skip
    if errors.found:
        raise Invalid(errors.found)
    # For the type checker: where one of these is missing, a message has been collected.
    assert agreed_on
    assert municipality
    assert match_type
    assert work_area
    assert created_by
    assert organisation
    return Checked(
        programme=programme,
        match_type=match_type,
        municipality=municipality,
        agreed_on=agreed_on,
        created_by=created_by,
        registered_by=organisation,
        work_area=work_area,
        assisted_by=assisted_by,
        on_behalf_of=on_behalf_of,
        activity=activity,
        more=more,
    )


def _agreed_on(programme: Programme, day: date | None, today: date, errors: _Errors) -> date | None:
    if day is None:
        errors.add("agreed_on", _("Enter the day the match was agreed, for example 31.01.2021."))
    elif not programme.holds(day):
        names = {
            "programme": programme.name,
            "start": formats.date_da(programme.starts_on),
            "end": formats.date_da(programme.ends_on),
        }
        text = _("%(programme)s runs from %(start)s to %(end)s. Enter a day in it or choose another programme.")
        errors.add("agreed_on", text % names)
    elif day > today:
        text = _("%(day)s has not come yet. Enter the day the match was agreed, today at the latest.")
        errors.add("agreed_on", text % {"day": formats.date_da(day)})
    else:
        return day
    return None


def _company(entry: MatchEntry, errors: _Errors, book: Rulebook) -> None:
    if entry.company is None:
        errors.add("company", _("Enter the company's name or CVR number."))
    elif isinstance(entry.company, NewCompany):
        for name, texts in problems(entry.company, book.municipality_codes).items():
            for text in texts:
                errors.add(name, text)


def _municipality(
    book: Rulebook, entry: MatchEntry, on: date, errors: _Errors, correcting: Match | None
) -> Municipality | None:
    """The place of work: that of the P-number where the register knows it, else the one given or the company's own."""
    of_unit = check_place(book, entry, correcting, errors.add)
    given = entry.municipality or of_unit
    if given is None and "company_municipality" in errors.found:
        return None
    code = given or _own_municipality(entry.company)
    if code is None:
        # Of a company that is missing or wrong nothing more is asked.
        if isinstance(entry.company, Company | NewCompany):
            errors.add("municipality", _("Choose the municipality where the person is to work."))
        return None
    inside = book.places(on).get(code)
    if inside is not None:
        return inside
    known = book.municipalities.get(code)
    names = {"name": known.name if known else code, "programme": book.programme.name}
    if known is None:
        text = _("There is no municipality with the code %(name)s. Choose one from the list.")
        errors.add("municipality", text % names)
    elif known.kind != Municipality.Kind.MUNICIPALITY:
        text = _("%(name)s is not a municipality, so a match there cannot be counted. Choose one from the list.")
        errors.add("municipality", text % names)
    elif given is None:
        text = _(
            "The company lies in %(name)s, outside %(programme)s. Choose the municipality where the person is to work."
        )
        errors.add("municipality", text % names)
    else:
        text = _("%(name)s is outside %(programme)s. Choose the municipality where the person is to work.")
        errors.add("municipality", text % names)
    return None


def _own_municipality(company: Company | NewCompany | None) -> str | None:
    if isinstance(company, Company):
        return company.municipality_id
    return (company.municipality or None) if company else None


def _parties(
    actor: Actor, book: Rulebook, entry: MatchEntry, on: date, errors: _Errors, correcting: Match | None
) -> tuple[Organisation | None, Organisation | None, tuple[Organisation, ...]]:
    """Creator, on behalf of, assisting. The creator is never also assisting; the own organisation always is a party."""
    own = correcting.registered_by if correcting else actor.organisation
    if own is None:
        errors.add("created_by", _("You act for no organisation. Ask your administrator for a role."))
        return None, None, ()
    creators, partners = book.creators(on), book.partners(on)
    created_by = creators.get(entry.created_by if entry.created_by is not None else own.pk)
    if created_by is None and entry.created_by is None:
        errors.add("created_by", _("Choose who created the match."))
    elif created_by is None:
        other = Organisation.objects.filter(pk=entry.created_by or 0).first()
        names = {"name": other.name if other else "?", "programme": book.programme.name, "day": formats.date_da(on)}
        text = _("%(name)s did not create matches in %(programme)s on %(day)s. Choose one from the list.")
        errors.add("created_by", text % names if other else _("Choose who created the match."))
    on_behalf_of = None
    if entry.on_behalf_of is not None:
        on_behalf_of = partners.get(entry.on_behalf_of)
        if on_behalf_of is None:
            errors.add("on_behalf_of", _("Choose one of the programme's partners, or nobody."))
    assisting = dict.fromkeys(entry.assisted_by)
    unknown = [pk for pk in assisting if pk not in partners and pk != own.pk]
    if unknown:
        errors.add("assisted_by", _("Choose among the programme's partners."))
    if own.kind != OrganisationKind.MUNICIPALITY and on_behalf_of != own:
        assisting[own.pk] = None
    if created_by is not None:
        assisting.pop(created_by.pk, None)
        parties = {created_by.pk, *assisting, *([on_behalf_of.pk] if on_behalf_of else [])}
        theirs = actor.organisation_ids if correcting is None else _and_its_parts(own)
        if not parties & theirs:
            # A municipality stands for its jobcentre and its business office; it sees no others' records.
            text = _("Choose your own jobcentre or business office here, or let one of them stand as assisting.")
            errors.add("created_by", text)
    everybody = {**partners, own.pk: own}
    return created_by, on_behalf_of, tuple(everybody[pk] for pk in assisting if pk in everybody)


def _and_its_parts(organisation: Organisation) -> set[int]:
    parts = Organisation.objects.filter(parent=organisation).values_list("pk", flat=True)
    return {organisation.pk, *parts}
