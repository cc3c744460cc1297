"""What the tests of referrals begin with: a referral from the jobcentre in Rebild to AAU, asked on a day."""

from datetime import date
from typing import Any

from matching.models import ExternalParty, Referral, Service
from matching.referrals import NewReferral, send
from matching.services import Contact, ServiceSaid, make_service
from portal.identity.actor import Actor, actor_for
from portal.identity.models import User
from portal.identity.roles import Role
from tests.matching.conftest import TODAY, World
from tests.memberships import member


def refer(world: World, actor: str = "rebild", **changes: Any) -> Referral:
    said: dict[str, Any] = {
        "programme": world.programme,
        "company": world.companies["Limfjord Køleteknik A/S"],
        "kind": "students",
        "asked": "Virksomheden søger en studerende til et projekt om køling.",
        "asked_on": TODAY,
    }
    receiving = {"service", "to_organisation", "to_external", "from_company", "from_external"}
    if not receiving & set(changes):
        said["to_organisation"] = world["AAU"]
    return send(world.actor(actor), NewReferral(**(said | changes)))


def offer(world: World, actor: str = "AAU", organisation: str = "AAU", **changes: Any) -> Service:
    said: dict[str, Any] = {
        "title": "Én indgang til de studerende",
        "offers": "Finder studerende til projekter, praktik og studiejob.",
        "valid_from": date(2020, 9, 1),
        "kinds": ["students"],
        "contacts": [Contact("Stine Studiekontakt", "Matchkonsulent", "99 40 00 00", "stine@aau.example")],
    }
    return make_service(world.actor(actor), world[organisation], world.programme, ServiceSaid(**(said | changes)))


def lead(world: World) -> Actor:
    user = User.objects.create(email="lead@test.example", name="Lone Leder")
    member(user, world["KKR"], Role.PROGRAMME_LEAD)
    return actor_for(user)


def outside(name: str = "Privat rådgiver") -> ExternalParty:
    return ExternalParty.objects.get(name=name)
