"""What a register answers, made up in the shape of real documents: owners, missing lists, ended names and all."""

from typing import Any

PERSON = "Ejersen"
"""Stands in the name of every person of the replies, and must stand nowhere in the database."""
LIMFJORD, KATTEGAT, RANDERS = "99000031", "99000023", "99000015"


def period(since: str | None, until: str | None = None) -> dict[str, Any]:
    return {"gyldigFra": since, "gyldigTil": until}


def address(street: str, number: int, postal_code: int, town: str, municipality: int, since: str) -> dict[str, Any]:
    return {
        "landekode": "DK", "vejnavn": street, "husnummerFra": number, "husnummerTil": None, "bogstavFra": "A",
        "bogstavTil": None, "etage": "2", "sidedoer": "th", "conavn": f"c/o Hanne {PERSON}", "postnummer": postal_code,
        "postdistrikt": town, "kommune": {"kommuneKode": municipality, "kommuneNavn": town.upper()},
        "periode": period(since), "sidstOpdateret": "2020-01-01T00:00:00.000+01:00",
    }  # fmt: skip


def owner() -> list[dict[str, Any]]:
    name = {"navn": f"Per {PERSON}", "periode": period("2001-01-01")}
    return [{"deltager": {"enhedsNummer": 4000000001, "enhedstype": "PERSON", "navne": [name]}}]


def company(cvr: str, **changes: Any) -> dict[str, Any]:
    """A hit of the index; `changes` replace fields of the document."""
    document: dict[str, Any] = {
        "cvrNummer": int(cvr),
        "enhedsNummer": 4_000_000_000 + int(cvr) % 1000,
        "enhedstype": "VIRKSOMHED",
        "reklamebeskyttet": False,
        "fejlRegistreret": False,
        "navne": [
            {"navn": "Gammelt Navn ApS", "periode": period("1901-01-01", "2015-06-30")},
            {"navn": "Limfjord Køleteknik A/S", "periode": period("2015-07-01")},
        ],
        "binavne": [
            {"navn": "Nordisk Frost", "periode": period("2016-01-01")},
            {"navn": "Udløbet Binavn", "periode": period("2010-01-01", "2011-01-01")},
        ],
        "beliggenhedsadresse": [address("Havnevej", 12, 9000, "Aalborg", 851, "2015-07-01")],
        "telefonNummer": [{"kontaktoplysning": "12345678", "hemmelig": True}],
        "elektroniskPost": [{"kontaktoplysning": f"per@{PERSON.lower()}.dk", "hemmelig": True}],
        "livsforloeb": [{"periode": period("2001-01-01")}],
        "hovedbranche": [
            {"branchekode": "853260", "branchetekst": "Gammel branche", "periode": period("2001-01-01", "2007-12-31")},
            {"branchekode": "620100", "branchetekst": "Computerprogrammering", "periode": period("2008-01-01")},
        ],
        "virksomhedsform": [
            {"virksomhedsformkode": 60, "langBeskrivelse": "Aktieselskab", "periode": period("2001-01-01")}
        ],
        "virksomhedsstatus": None,
        "aarsbeskaeftigelse": [
            {"aar": 2018, "antalAnsatte": None, "intervalKodeAntalAnsatte": "ANTAL_5_9"},
            {"aar": 2019, "antalAnsatte": 7, "intervalKodeAntalAnsatte": None},
            {"aar": 2020, "antalAnsatte": None, "intervalKodeAntalAnsatte": "ANTAL_10_19"},
        ],
        "deltagerRelation": owner(),
        "virksomhedMetadata": {"sammensatStatus": "NORMAL", "nyesteNavn": {"navn": "Limfjord Køleteknik A/S"}},
        "sidstOpdateret": "2021-01-05T10:00:00.000+01:00",
        "sidstIndlaest": "2021-01-05T11:00:00Z",
    }
    return {"_id": document["enhedsNummer"], "_source": {"Vrvirksomhed": {**document, **changes}}}


def unit(number: int, cvr: str, **changes: Any) -> dict[str, Any]:
    document = {
        "pNummer": number,
        "enhedsNummer": 4_100_000_000 + number % 1000,
        "navne": [{"navn": "Limfjord, Hobro", "periode": period("2018-01-01")}],
        "beliggenhedsadresse": [address("Algade", 3, 9500, "Hobro", 846, "2018-01-01")],
        "livsforloeb": [{"periode": period("2018-01-01")}],
        "deltagerRelation": owner(),
        "produktionsEnhedMetadata": {"nyesteCvrNummerRelation": int(cvr)},
        "sidstOpdateret": "2020-12-01T00:00:00Z",
    }
    return {"_id": document["enhedsNummer"], "_source": {"VrproduktionsEnhed": {**document, **changes}}}


def rows() -> dict[str, list[dict[str, Any]]]:
    """The same company as rows of Datafordeler, with one that was a mistake and one that has ended."""
    now = {"virkningFra": "2015-07-01T00:00:00+02:00", "virkningTil": None, "registreringTil": None,
           "registreringFra": "2021-01-05T09:00:00Z"}  # fmt: skip
    ended = {**now, "virkningFra": "2001-01-01T00:00:00+01:00", "virkningTil": "2015-06-30T12:00:00+02:00"}
    mistake = {**now, "registreringTil": "2021-01-06T09:00:00Z"}
    place = {
        "AdresseringAnvendelse": "beliggenhedsadresse", "CVRAdresse_vejnavn": "Havnevej",
        "CVRAdresse_husnummerFra": "12",
        "CVRAdresse_bogstavFra": "A", "CVRAdresse_etagebetegnelse": "2", "CVRAdresse_doerbetegnelse": "th",
        "CVRAdresse_postnummer": "9000", "CVRAdresse_postdistrikt": "Aalborg", "CVRAdresse_kommunekode": "0851",
    }  # fmt: skip
    return {
        "CVR_Virksomhed": [{"id": "4000000031", "CVRNummer": int(LIMFJORD), "status": "AKTIV", **now}],
        "CVR_Produktionsenhed": [
            {"id": "4100000001", "pNummer": 1005408411, "status": "aktiv",
             "tilknyttetVirksomhedsCVRNummer": int(LIMFJORD), **now}
        ],
        "CVR_Navn": [
            {"CVREnhedsId": "4000000031", "vaerdi": "Nordisk Frost", "sekvens": 1, **now},
            {"CVREnhedsId": "4000000031", "vaerdi": "Limfjord Køleteknik A/S", "sekvens": 0, **now},
            {"CVREnhedsId": "4000000031", "vaerdi": "Gammelt Navn ApS", "sekvens": 0, **ended},
            {"CVREnhedsId": "4000000031", "vaerdi": "Tastefejl A/S", "sekvens": 0, **mistake},
            {"CVREnhedsId": "4100000001", "vaerdi": "Limfjord, Hobro", "sekvens": 0, **now},
        ],
        "CVR_Branche": [
            {"CVREnhedsId": "4000000031", "vaerdi": "682040", "vaerdiTekst": "Udlejning", "sekvens": 1, **now},
            {"CVREnhedsId": "4000000031", "vaerdi": "620100", "vaerdiTekst": "Computerprogrammering", "sekvens": 0,
             **now},
        ],
        "CVR_Adressering": [
            {"CVREnhedsId": "4000000031", **place, "AdresseringAnvendelse": "postadresse", **now},
            {"CVREnhedsId": "4000000031", **place, **now},
            {"CVREnhedsId": "4100000001", **place, "CVRAdresse_kommunekode": "846", **now},
        ],
        "CVR_Virksomhedsform": [
            {"CVREnhedsId": "4000000031", "vaerdi": "60", "vaerdiTekst": "Aktieselskab", **now}
        ],
        "CVR_Reklamebeskyttelse": [{"CVREnhedsId": "4000000031", "vaerdi": True, **now}],
        "CVR_Beskaeftigelse": [
            {"CVREnhedsId": "4000000031", "beskaeftigelsestalstype": "ansatte", "datoFra": "2020-01-01",
             "datoTil": None, "antal": None, "intervalFra": 10, "intervalTil": 19}
        ],
        "CVRPerson": [{"navn": f"Per {PERSON}"}],
    }  # fmt: skip
