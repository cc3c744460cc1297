"""A key is made on a phone, with and without JavaScript, copied, used, and revoked."""

import re

import pytest
from django.test import Client

from portal.identity.models import ApiToken
from tests.e2e.conftest import Visit

WHO = "raadgiver@demo.example"


@pytest.mark.parametrize(("width", "script"), [(360, False), (1280, True)])
def test_made_copied_used_and_revoked(visit: Visit, width: int, script: bool) -> None:
    person = visit(WHO, width=width, script=script)
    if script:
        person.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    person.go("/api-noegler/")
    person.follow(person.link("Lav en nøgle"))
    person.press("Lav nøglen")
    assert person.page.title().startswith("Fejl: ")
    person.page.get_by_label("Navn").fill(f"Prøve {width}")
    person.press("Lav nøglen")
    field = person.page.get_by_label("Nøglen", exact=True)
    token = field.input_value()
    assert re.fullmatch(r"vb_[\w-]{43}", token)
    assert field.is_editable() is False
    button = person.page.get_by_role("button", name="Kopiér")
    assert button.count() == (1 if script else 0)  # without JavaScript the field is marked by hand
    if script:
        assert person.violations() == []
        button.click()
        person.page.get_by_text("Kopieret.").wait_for()
        assert person.page.evaluate("navigator.clipboard.readText()") == token
    bearer = {"Authorization": f"Bearer {token}"}
    assert Client().get("/api/v1/programmes/", headers=bearer).status_code == 200
    person.follow(person.link("Jeg har kopieret den: til mine API-nøgler"))
    assert f"Prøve {width}" in person.text
    key = ApiToken.objects.get(name=f"Prøve {width}")
    person.go(f"/api-noegler/{key.pk}/tilbagekald/")
    person.press("Ja, tilbagekald")
    assert "er tilbagekaldt" in person.text
    assert Client().get("/api/v1/programmes/", headers=bearer).status_code == 401
