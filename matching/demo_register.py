"""What a register would say of the fictional companies: industries, forms, places of work, protection, and a queue.

All of it is constructed. The industry codes are of DB07, by what the company's name says; P-numbers begin with 99.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from matching.demo import MUNICIPALITIES, SEED, STREETS
from matching.models import Company, ProductionUnit, Status
from matching.register.keeping import keep
from matching.register.said import CompanySaid, Industry, Place, Said, UnitSaid
from portal.geography.models import Municipality

INDUSTRIES = {
    "Køleteknik": ("432200", "VVS- og blikkenslagerforretninger"),
    "Maskinfabrik": ("256200", "Maskinforarbejdning"),
    "Software": ("620100", "Computerprogrammering"),
    "Arkitekter": ("711100", "Arkitektvirksomhed"),
    "Logistik": ("494100", "Vejgodstransport"),
    "Fødevarer": ("108900", "Fremstilling af andre fødevarer i.a.n."),
    "Energi": ("351100", "Produktion af elektricitet"),
    "Trælast": ("161000", "Udsavning og høvling af træ"),
    "Bogføring": ("692000", "Bogføring og revision; skatterådgivning"),
    "Kommunikation": ("702100", "Public relations og kommunikation"),
    "Automation": ("332000", "Installation af industrimaskiner og -udstyr"),
    "Plast": ("222900", "Fremstilling af andre plastprodukter"),
    "Elektronik": ("261100", "Fremstilling af elektroniske komponenter"),
    "Møbler": ("310900", "Fremstilling af andre møbler"),
    "Webhandel": ("631100", "Databehandling, webhosting og lignende serviceydelser"),
    "Ingeniører": ("711210", "Rådgivende ingeniørvirksomhed inden for byggeri og anlægsarbejder"),
    "Turisme": ("791100", "Rejsebureauer"),
    "Vindservice": ("331200", "Reparation af maskiner"),
    "Fiskeindustri": ("102020", "Røgning, saltning mv. af fisk, krebsdyr og bløddyr"),
    "Stål": ("251100", "Fremstilling af metalkonstruktioner og dele heraf"),
    "Betonelementer": ("236100", "Fremstilling af byggematerialer af beton"),
    "Laboratorium": ("712090", "Anden måling og teknisk analyse"),
    "Rengøring": ("812100", "Almindelig rengøring i bygninger"),
    "Havneservice": ("522210", "Erhvervshavne"),
}
FORMS = {"A/S": (60, "Aktieselskab"), "ApS": (80, "Anpartsselskab"), "I/S": (30, "Interessentskab")}
PROTECTED, WINDING_UP, SEVERAL, ASKED = 12, 97, 9, 5
"""Every so many companies is protected, is being wound up, has several places of work, has answered."""
QUEUE = 5
AT_ONCE = 200


def load() -> str:
    companies = list(Company.objects.filter(fictional=True, cvr__isnull=False).order_by("pk"))
    if not companies:
        return "no companies"
    said = list(_said(companies))
    for start in range(0, len(said), AT_ONCE):
        keep(said[start : start + AT_ONCE])
    answered = companies[::ASKED]
    for answer, some in ((True, answered[::2]), (False, answered[1::2])):
        ids = [company.pk for company in some]
        Company.objects.filter(pk__in=ids, first_highly_educated=None).update(first_highly_educated=answer)
    Company.objects.bulk_create(_queue(companies), ignore_conflicts=True)
    waiting, units = Company.objects.waiting().count(), ProductionUnit.objects.count()
    return f"{units} places of work, {waiting} companies to be matched with the register, all fictional"


def _said(companies: list[Company]) -> Iterator[Said]:
    """One company's data and places of work after the other's: the same each time, drawn from a fixed seed."""
    draw = random.Random(f"{SEED} register")  # noqa: S311  # not a secret: the same demo area everywhere
    codes = {entry.name: entry.code for entry in Municipality.objects.filter(name__in=MUNICIPALITIES)}
    towns = list(MUNICIPALITIES)
    for number, company in enumerate(companies):
        trade, _space, form = company.name.rpartition(" ")
        code, text = INDUSTRIES.get(trade.rpartition(" ")[2], ("", ""))
        industry = Industry(code, "DB07" if code else "", text)
        form_code, form_text = FORMS.get(form, (None, None))
        ending = number % WINDING_UP == WINDING_UP - 1
        cvr = str(company.cvr)
        place = Place(company.municipality_id, company.address, company.postal_code, company.city)
        yield CompanySaid(
            cvr=cvr,
            name=company.name,
            place=place,
            industry=industry if code else None,
            form_code=form_code,
            form=form_text,
            status=Status.WINDING_UP if ending else Status.ACTIVE,
            status_text="UNDERTVANGSOPLØSNING" if ending else "NORMAL",
            advertising_protected=number % PROTECTED == 0,
        )
        if number % SEVERAL == 0:
            yield _unit(number, 0, cvr, company.name, place, industry, head=True)
            for turn, town in enumerate(draw.sample(towns, 2), start=1):
                there = Place(codes.get(town), f"{draw.choice(STREETS)} {draw.randint(1, 90)}", "", town)
                yield _unit(number, turn, cvr, f"{trade} {town}", there, industry, head=False)


def _unit(number: int, turn: int, cvr: str, name: str, place: Place, industry: Industry, *, head: bool) -> UnitSaid:
    p_number = f"99{number:05}{turn:03}"
    return UnitSaid(number=p_number, cvr=cvr, name=name, place=place, industry=industry, head=head)


def _queue(companies: list[Company]) -> Iterator[Company]:
    """As an adviser types on the road: without the legal form, or with a slip of the finger."""
    for company in companies[3 : 3 + QUEUE * 7 : 7]:
        short = company.name.rpartition(" ")[0]
        typed = short.replace("industri", "industi").replace("teknik", "tekni")
        yield Company(name=typed, municipality_id=company.municipality_id, fictional=True)
