"""Every form that takes a file: whatever comes is a 400 with a message at the field, or goes on; never a fault."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis.extra.django import TestCase

from portal.geography.models import Area
from portal.identity.models import Organisation
from portal.identity.roles import OrganisationKind, Role
from reporting import measures
from reporting.models import EvidenceFile, Observation
from reporting.observations import make_series
from tests.reporting.conftest import make_user
from tests.uploads import files
from tests.uploads.test_upload import BROKEN, REFUSED

TABLE = {
    "table": "T1", "title": "Prøve", "publisher": "Danmarks Statistik", "vintage": "2024-11",
    "published_on": "01.11.2024",
}  # fmt: skip


def controller() -> Client:
    area = Area.objects.get(kind=Area.Kind.HUB, name="Erhvervshus Nordjylland")
    hub = Organisation.objects.create(name="Erhvervshus Nordjylland", kind=OrganisationKind.HUB, area=area)
    make_series("tilfredshed", "Tilfredshed", measures.ANSWER, hub)
    client = Client(raise_request_exception=False)
    client.force_login(make_user(Role.HUB_CONTROLLER, hub))
    return client


def send(client: Client, page: str, content: bytes, name: str = "svar.csv") -> Any:
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    address = reverse(f"reporting:{page}", kwargs={"key": "tilfredshed"} if page == "upload" else {})
    return client.post(address, {"file": file} if page == "upload" else {**TABLE, "file": file})


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["upload", "statistics_import"])
def test_each_refusal_is_told_at_the_field_and_keeps_what_was_typed(page: str) -> None:
    client = controller()
    for name, (content, words) in REFUSED.items():
        answer = send(client, page, content, "<b>&svar.csv")
        text = answer.content.decode()
        assert answer.status_code == 400, name
        assert 'class="form-error-message"' in text, name
        assert words in text or "Vælg en af disse" in text or "tom" in text, (name, text)
        assert "<b>&svar" not in text
        if page == "statistics_import":
            assert 'value="2024-11"' in text
    assert not EvidenceFile.objects.exists()


class TestBroken(TestCase):
    """Files broken at random, at the pages themselves."""

    client_of: Client

    def setup_example(self) -> None:
        super().setup_example()
        self.client_of = controller()

    @settings(max_examples=25)
    @given(BROKEN)
    def test_never_a_fault(self, content: bytes) -> None:
        for page in ("upload", "statistics_import"):
            answer = send(self.client_of, page, content)
            assert answer.status_code in {400, 302}, content
            if answer.status_code == 302:
                assert self.client_of.get(answer.url).status_code == 200


@pytest.mark.django_db
def test_a_spreadsheet_of_libreoffice_is_read() -> None:
    client = controller()
    answer = send(client, "upload", files.ods(["2021-01-31", "2021-02-28"]), "svar.ods")
    assert answer.status_code == 302, answer.content.decode()
    client.post(answer.url)
    found = Observation.objects.order_by("occurred_on").values_list("occurred_on", "category", "quantity")
    assert list(found) == [(date(2021, 1, 31), "9", 2), (date(2021, 2, 28), "9", 2)]


@pytest.mark.django_db
def test_what_the_browser_calls_it_is_not_asked() -> None:
    client = controller()
    answer = send(client, "upload", files.xlsx(), "../<i>svar\u202excod.pdf")
    assert answer.status_code == 302
    assert EvidenceFile.objects.get().name == "<i>svarxcod.pdf"
    shown = client.get(answer.url).content.decode()
    assert "&lt;i&gt;svarxcod.pdf" in shown
    assert "<i>svar" not in shown
