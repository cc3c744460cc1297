"""Signing in as a person meets it: the app from its QR code on, too many attempts, and a session that ends."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import override_settings
from django.urls import reverse

from portal.identity import demo as people
from portal.identity.demo_password import DEMO_PASSWORD
from portal.identity.models import Organisation, User
from portal.identity.roles import Role
from portal.identity.signin import sessions
from tests.e2e.conftest import Visit
from tests.e2e.visitor import LEAST_SHIFT, Visitor
from tests.e2e.world import Area
from tests.memberships import member

PASSWORD = "grøn cykel på loftet"
ADVISER = "raadgiver@demo.example"


def person(email: str, role: Role) -> User:
    user = User.objects.create_user(email, "Pia Prøve", PASSWORD)
    organisation = Organisation.objects.get(name=people.KKR)
    member(user, organisation, role)
    return user


def sign_in(visitor: Visitor, email: str, password: str = PASSWORD) -> None:
    visitor.page.get_by_label("E-mail").fill(email)
    visitor.page.get_by_label("Adgangskode", exact=True).fill(password)
    visitor.press("Log ind")


def sound(visitor: Visitor) -> None:
    assert visitor.violations() == []
    assert visitor.shift() < LEAST_SHIFT, visitor.moved


def code(secret: str, later: int = 0) -> str:
    """`later`: of so many half minutes from now; one is understood, so no test waits for a clock."""
    return pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30 * later))


@pytest.mark.parametrize("width", [360, 1280])
def test_from_the_qr_code_to_a_sign_in_with_a_code_and_one_without_the_phone(
    visit: Visit, area: Area, width: int
) -> None:
    """Outside the demo area, for somebody whose role needs a second factor."""
    user = person(f"pia{width}@demo.example", Role.AUDITOR)

    def leave() -> None:
        if width < 992:
            visitor.page.get_by_text("Menu", exact=True).click()
        visitor.press("Log af")
        assert visitor.heading == "Du er logget af"
        visitor.complaints[:] = [each for each in visitor.complaints if "Clear-Site-Data" not in each]

    with override_settings(DEMO_AREA=False):
        visitor = visit(width=width)
        assert visitor.go("/kontrakter/") == 200
        assert visitor.heading == "Log ind"
        sound(visitor)
        sign_in(visitor, user.email)
        assert visitor.heading == "Sæt en kode-app op"
        sound(visitor)
        assert visitor.page.get_by_role("img", name="QR-kode til kode-appen").is_visible()
        # The code as text and in the picture's address are the same secret.
        secret = visitor.page.locator(".vb-key").inner_text().replace(" ", "")
        address = visitor.link(re.compile("Åbn den der")).get_attribute("href") or ""
        assert address.startswith("otpauth://totp/")
        assert f"secret={secret}" in address
        visitor.go("/")
        assert visitor.heading == "Sæt en kode-app op", "nothing else opens before"
        visitor.page.get_by_label("Kode fra appen").fill("000000")
        visitor.press("Gem appen")
        assert "Koden er ikke rigtig" in visitor.text
        assert visitor.page.locator(".vb-key").inner_text().replace(" ", "") == secret
        sound(visitor)
        visitor.page.get_by_label("Kode fra appen").fill(code(secret))
        visitor.press("Gem appen")
        assert visitor.heading == "Dine genoprettelseskoder"
        sound(visitor)
        codes = visitor.page.locator(".vb-codes li").all_inner_texts()
        assert len(codes) == 10
        visitor.follow(visitor.link("Jeg har gemt koderne"))
        leave()

        visitor.go("/min-konto/")
        sign_in(visitor, user.email)
        assert visitor.heading == "Skriv koden"
        sound(visitor)
        visitor.page.get_by_label("Kode fra appen").fill(code(secret, later=1))
        visitor.press("Log ind")
        assert visitor.heading == "Min konto"
        assert "Du har 10 genoprettelseskoder tilbage" in visitor.text
        sound(visitor)
        leave()

        visitor.go("/min-konto/")
        sign_in(visitor, user.email)
        visitor.follow(visitor.link("Brug en genoprettelseskode i stedet"))
        sound(visitor)
        visitor.page.get_by_label("Genoprettelseskode").fill(codes[0].lower())
        visitor.press("Log ind")
        assert visitor.heading == "Min konto"
        assert "Du har 9 tilbage" in visitor.text
        assert "Brugt en genoprettelseskode" in visitor.text
        visitor.follow(visitor.link("Lav nye genoprettelseskoder"))
        sound(visitor)


def test_too_many_attempts_say_when_to_come_back(visit: Visit, area: Area) -> None:
    user = person("lukket@demo.example", Role.KKR_VIEWER)
    visitor = visit()
    visitor.go("/log-ind/")
    for _turn in range(4):
        sign_in(visitor, user.email, "forkert adgangskode")
        assert "hører ikke sammen" in visitor.text
    sign_in(visitor, user.email, "forkert adgangskode")
    assert re.search(r"Prøv igen kl\. \d\d:\d\d \(om 15 minutter\)", visitor.text)
    assert visitor.page.get_by_label("E-mail").input_value() == user.email
    sound(visitor)
    sign_in(visitor, user.email)
    assert "Prøv igen kl." in visitor.text, "the right one does not open either"
    visitor.follow(visitor.link("Har du glemt din adgangskode?"))
    sound(visitor)
    visitor.page.get_by_label("E-mail").fill("ingen@demo.example")
    visitor.press("Send linket")
    assert visitor.heading == "Se i din indbakke"


def pass_time(visitor: Visitor, seconds: int) -> None:
    """Nobody touches the page for so long: on the server, and by the page's own clock."""
    cookie = next(one for one in visitor.context.cookies() if one["name"] == "sessionid")
    session = SessionStore(cookie["value"])
    session[sessions.SEEN] -= seconds
    session.save()
    if visitor.script:
        visitor.page.clock.fast_forward(seconds * 1000)


@pytest.mark.parametrize("width", [360, 1280])
def test_before_the_end_one_is_warned_and_stays_with_the_cursor_where_it_was(
    visit: Visit, area: Area, width: int
) -> None:
    visitor = visit(ADVISER, width=width)
    page = visitor.page
    page.clock.install()
    visitor.go("/min-konto/adgangskode/")
    field = page.get_by_label("Ny adgangskode")
    field.fill("grøn cykel")
    field.evaluate("field => field.setSelectionRange(4, 4)")
    pass_time(visitor, 3600 - 110)
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    assert dialog.get_by_role("heading").inner_text() == "Du bliver snart logget af"
    assert re.search(r"1 minut og \d+ sekund", dialog.inner_text())
    assert visitor.violations() == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the button after "Luk" is "Bliv logget ind"
    dialog.wait_for(state="hidden")
    page.wait_for_function("document.activeElement.id === 'id_new_password'")
    assert field.input_value() == "grøn cykel"
    page.keyboard.type("X")
    assert field.input_value() == "grønX cykel"
    state = page.evaluate("fetch('/log-ind/status/').then(answer => answer.json())")
    assert state["left"] > 3500


def test_after_the_end_what_was_typed_is_sent_when_one_has_logged_in_in_another_tab(visit: Visit, area: Area) -> None:
    visitor = visit(ADVISER)
    page = visitor.page
    page.clock.install()
    visitor.go("/min-konto/adgangskode/")
    page.get_by_label("Nuværende adgangskode").fill("ikke den rigtige")
    page.get_by_label("Ny adgangskode").fill(PASSWORD)
    pass_time(visitor, 3700)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("heading", name="Du er blevet logget af").wait_for()
    assert visitor.violations() == []
    dialog.get_by_role("button", name="Luk").click()
    dialog.wait_for(state="hidden")
    page.get_by_role("button", name="Gem adgangskoden").click()
    dialog.wait_for()  # not sent: it would be lost
    assert page.get_by_label("Ny adgangskode").input_value() == PASSWORD
    with page.expect_popup() as opened:
        dialog.get_by_role("link", name="Log ind i en ny fane").click()
    tab = opened.value
    tab.get_by_label("E-mail").fill(ADVISER)
    tab.get_by_label("Adgangskode", exact=True).fill(DEMO_PASSWORD)
    tab.get_by_role("button", name="Log ind").click()
    tab.get_by_role("heading", name="Du er logget ind igen").wait_for()
    tab.close()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    dialog.get_by_role("heading", name="Du er logget ind igen").wait_for()
    dialog.get_by_role("button", name="Luk").click()
    dialog.wait_for(state="hidden")
    visitor.press("Gem adgangskoden")
    assert "Det er ikke din adgangskode" in visitor.text, "the form was read: its token is of the new session"


def test_without_javascript_what_was_sent_too_late_is_sent_after_the_sign_in(visit: Visit, area: Area) -> None:
    visitor = visit("sekretariat@demo.example", script=False)
    page = visitor.page
    visitor.go(reverse("reporting:series_make"))
    page.locator("input[name=name]").fill("Tilfredshed 2026")
    pass_time(visitor, 3700)
    with page.expect_navigation():
        page.locator("main form button[type=submit].button-primary").first.click()
    assert visitor.heading == "Du blev logget af"
    assert "Det, du skrev, følger med på denne side" in visitor.text
    sign_in(visitor, "sekretariat@demo.example", DEMO_PASSWORD)
    assert visitor.heading == "Du er logget ind igen"
    visitor.press("Send det nu")
    assert page.locator("input[name=name]").input_value() == "Tilfredshed 2026"
    assert page.url.endswith(reverse("reporting:series_make"))
