"""People come in by a letter, switch role, stand in for each other, are helped, and leave. Without JavaScript too."""

import re

import pytest
from django.core import mail

from portal.identity import demo as people
from portal.identity.actor import actor_for
from portal.identity.models import Deputy, Membership, Organisation, SupportView, User
from portal.identity.roles import Role
from programmes import demo as programmes
from reporting import demo_keys, keys
from reporting.models import DistributionKey, EvidenceFile
from tests.e2e.conftest import Visit
from tests.e2e.visitor import Visitor
from tests.e2e.world import Area

ADMIN, BOTH, ADVISER = "admin@demo.example", "flere@demo.example", "raadgiver@demo.example"
SECRETARIAT, LEAD = "sekretariat@demo.example", "leder@demo.example"
KEY_PAGE = f"/programmer/{programmes.CONTINUATION}/noegler/{demo_keys.KEY}/"


def well(visitor: Visitor) -> None:
    assert visitor.violations() == [], visitor.page.url


def choose(visitor: Visitor, name: str) -> None:
    """Switch role at the top of the page; on a phone that is in the menu."""
    if visitor.width < 992:
        visitor.page.locator(".vb-menu > summary").click()
    else:
        visitor.page.locator(".vb-user .vb-acting summary").click()
    with visitor.page.expect_navigation(wait_until="load"):
        visitor.page.locator("header").get_by_role("button", name=re.compile(f"^{re.escape(name)}")).and_(
            visitor.page.locator(":visible")
        ).click()
    visitor.check()


@pytest.mark.parametrize(("width", "script"), [(360, False), (1280, True)])
def test_from_the_letter_to_the_first_page(visit: Visit, area: Area, width: int, script: bool) -> None:
    email = f"ny-{width}@demo.example"
    admin = visit(ADMIN, width=width, script=script)
    admin.go("/medlemmer/")
    admin.follow(admin.link("Inviter et medlem"))
    well(admin) if script else None
    admin.press("Send invitationen")
    assert admin.page.title().startswith("Fejl:")
    assert "Skriv personens navn" in admin.text
    admin.page.get_by_label("Navn", exact=True).fill("Nora Nyansat")
    admin.page.get_by_label("E-mailadresse").fill(email)
    admin.page.get_by_label("Organisation").select_option(people.HUB)
    admin.page.get_by_label("rådgiver i erhvervshuset").check()
    mail.outbox.clear()
    admin.press("Send invitationen")
    assert f"Invitationen er sendt til {email}." in admin.text
    assert admin.link("Åbn linket til Nora Nyansat").count() == 1, "in the demo area the page shows it"
    letter = mail.outbox[0]
    link = re.search(r"https?://[^/]+(/invitation/\S+)", letter.body)
    assert link is not None

    invited = visit(None, width=width, script=script)
    assert invited.go(link[1]) == 200
    assert "Anne Administrator inviterer dig til Vækstbro som rådgiver i erhvervshuset" in invited.text
    well(invited) if script else None
    invited.page.get_by_label("Vælg en adgangskode").fill("kort")
    invited.page.get_by_label("Adgangskoden igen").fill("kort")
    invited.press("Tag imod invitationen")
    assert invited.page.title().startswith("Fejl:")
    invited.page.get_by_label("Vælg en adgangskode").fill("fjorden-om-morgenen-7")
    invited.page.get_by_label("Adgangskoden igen").fill("fjorden-om-morgenen-7")
    invited.press("Tag imod invitationen")
    assert "Din konto er klar." in invited.text
    user = User.objects.get(email=email)
    assert actor_for(user).role == Role.HUB_ADVISER
    invited = visit(email, width=width, script=script)  # however one signs in
    assert invited.go("/") == 200
    assert "Nora Nyansat" in invited.page.locator("header").inner_html()
    assert invited.go(link[1]) == 410


@pytest.mark.parametrize(("width", "script"), [(360, False), (1280, True)])
def test_a_form_is_sent_as_whom_it_was_opened_for(visit: Visit, area: Area, width: int, script: bool) -> None:
    """Two windows: the form is opened as the municipality, and in the other window one becomes the KKR's."""
    first = visit(BOTH, width=width, script=script)
    first.go("/")
    choose(first, "Kommunal medarbejder")
    assert "Du handler nu som kommunal medarbejder for Hjørring Kommune." in first.text
    first.go("/indikatorer/opret/?count=open")
    first.page.get_by_label("Navn", exact=True).fill("Tastet i det ene vindue")
    second = first.context.new_page()
    second.goto("/mine-oplysninger/")
    with second.expect_navigation(wait_until="load"):
        second.locator("main").get_by_role("button", name=re.compile("KKR-medlem")).click()
    first.page.locator("main form[method=post] button[type=submit]").last.click()
    first.page.wait_for_load_state()
    first.check()
    assert "Du skiftede rolle i et andet vindue" in first.heading
    assert "Intet er gemt" in first.text
    assert first.page.locator("input[name=name]").input_value() == "Tastet i det ene vindue"
    well(first) if script else None
    with first.page.expect_navigation(wait_until="load"):
        first.page.get_by_role("button", name=re.compile("^Skift tilbage til kommunal medarbejder")).click()
    first.check()
    assert "Du skiftede rolle" not in first.heading
    assert "Hjørring Kommune" in first.page.locator("header").inner_html()


def test_taking_somebody_off(visit: Visit, area: Area) -> None:
    hub = Organisation.objects.get(name=people.HUB)
    user = User.objects.create_user("gaar@demo.example", "Gunner Går")
    leaving = Membership.objects.create(user=user, organisation=hub, role=Role.HUB_CONTROLLER, valid_from=people.SINCE)
    file = EvidenceFile.objects.create(name="tal.csv", sha256="f" * 64, content=b"x", uploaded_by=user)
    gone = visit(user.email)
    assert gone.go("/") == 200
    admin = visit(ADMIN)
    admin.go("/medlemmer/?text=gaar")
    admin.follow(admin.link("Gunner Går"))
    well(admin)
    admin.follow(admin.link("Afmeld"))
    assert "Filer, der er lagt op og ikke indlæst endnu: 1. En kollega overtager med det samme." in admin.text
    assert "kontoen lukkes" in admin.text
    well(admin)
    admin.page.get_by_label("Med det samme").check()
    admin.press("Afmeld")
    assert "Vælg en kollega, der overtager det åbne." in admin.text
    assert admin.page.get_by_label("Med det samme").is_checked(), "nothing typed is lost"
    admin.page.get_by_label("Hvem der overtager").select_option(label="Connie Controller, controller i erhvervshuset")
    admin.press("Afmeld")
    assert "Gunner Går har ikke længere den rolle." in admin.text
    file.refresh_from_db()
    assert file.uploaded_by.email == "controller@demo.example"
    gone.page.goto("/")
    assert "/log-ind/" in gone.page.url
    assert Membership.objects.get(pk=leaving.pk).stopped_at is not None


@pytest.mark.parametrize("width", [360, 1280])
def test_seeing_as_somebody_else(visit: Visit, area: Area, width: int) -> None:
    admin = visit(ADMIN, width=width)
    admin.go(f"/supportvisning/?email={ADVISER}")
    admin.page.get_by_label("Hvorfor").fill("Kan ikke finde sine match")
    admin.press("Begynd")
    banner = admin.page.get_by_role("region", name="Supportvisning")
    assert "Anne Administrator ser portalen som Rikke Rådgiver." in banner.inner_text()
    well(admin)
    assert admin.go("/match/") == 403
    assert "vises ikke i en supportvisning" in admin.text
    assert banner.count() == 1
    admin.go("/mine-oplysninger/")
    assert "Kan ikke finde sine match" in admin.text
    # A form of a page is refused with the reason.
    admin.page.locator("footer").get_by_role("button", name="English").click()
    admin.page.wait_for_load_state()
    assert "Intet er gemt" in admin.text
    admin.go("/mine-oplysninger/")
    admin.press("Slut supportvisningen")
    assert "Du ser portalen som dig selv igen." in admin.text
    assert banner.count() == 0
    view = SupportView.objects.order_by("-pk").first()
    assert view is not None
    assert view.pages.filter(path="/match/").exists()
    person = visit(ADVISER, width=width)
    person.go("/mine-oplysninger/")
    assert "Kan ikke finde sine match" in person.text


def test_a_deputy_approves_and_the_page_says_for_whom(visit: Visit, area: Area) -> None:
    """Karl, a member of KKR, stands in for the secretariat, approves what the controller proposed, and no more."""
    key = DistributionKey.objects.get(key=demo_keys.KEY)
    before = keys.state_of(key).approved
    assert before is not None
    proposer = actor_for(User.objects.get(email="controller@demo.example"))
    units = [keys.read_unit(each) for each in before.units]
    keys.propose(key, units, total=int(before.total), method=before.method, vintage="stedfortræder", actor=proposer)
    secretariat = visit(SECRETARIAT, script=False)
    secretariat.go("/stedfortraedere/ny/")
    secretariat.page.get_by_label("Stedfortræder", exact=True).select_option(label="Karl Kommunalpolitiker, KKR-medlem")
    for part, text in (("day", "31"), ("month", "12"), ("year", "2019")):
        secretariat.page.locator(f"#id_valid_to_{part}").fill(text)
    secretariat.press("Udpeg stedfortræderen")
    assert secretariat.page.title().startswith("Fejl:")
    last = actor_for(User.objects.get(email=SECRETARIAT)).on
    for part in ("day", "month", "year"):
        secretariat.page.locator(f"#id_valid_to_{part}").fill(str(getattr(last, part)))
    secretariat.press("Udpeg stedfortræderen")
    assert "Karl Kommunalpolitiker er stedfortræder for Susanne Sekretariat." in secretariat.text

    karl = visit("kkr@demo.example")
    karl.go(KEY_PAGE)
    assert karl.link("Godkend", exact=True).count() == 0
    choose(karl, "KKR-sekretariat (som stedfortræder for Susanne Sekretariat)")
    assert "som stedfortræder for Susanne Sekretariat" in karl.page.locator("header").inner_html()
    well(karl)
    assert karl.page.url.endswith(KEY_PAGE), "back to where one was"
    assert karl.go(f"{KEY_PAGE}forslag/") == 403
    karl.go(KEY_PAGE)
    karl.follow(karl.link("Godkend", exact=True))
    karl.page.locator("input[name=reason_code][value=decision]").check()
    karl.page.get_by_label("Beslutning").fill("KKR, punkt 4")
    karl.press("Godkend")
    assert "Karl Kommunalpolitiker, som stedfortræder for Susanne Sekretariat" in karl.text
    approved = keys.state_of(key).approved
    assert approved is not None
    assert (approved.by.email, approved.as_deputy_for) == ("kkr@demo.example", "Susanne Sekretariat")
    Deputy.objects.filter(deputy__user__email="kkr@demo.example").delete()
