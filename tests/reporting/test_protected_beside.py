"""What lies beside a protected measure: files not imported yet, and how many were asked."""

import dataclasses
from datetime import date

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.identity.actor import actor_for
from portal.identity.models import SupportView
from portal.identity.rights import Refused
from portal.identity.roles import Role
from portal.ledger.disclosure import set_class
from reporting import demo_protected, measures
from reporting.models import Series
from reporting.observations import make_series, observe
from reporting.uploads import upload
from reporting.views.series_upload import UploadPreview
from tests.identity.helpers import signed_in
from tests.reporting.conftest import LAESOE, World, make_user, portals_officer

pytestmark = pytest.mark.django_db
DAY = date(2021, 2, 28)


def test_a_file_of_a_protected_series_is_its_uploaders(world: World) -> None:
    demo_protected.load()
    series = Series.objects.get(key=demo_protected.KEY)
    owner = make_user(Role.KKR_SECRETARIAT)
    content = f"dato;tal;svar;kommune\n01.06.2021;3;Teknik;{LAESOE}\n".encode()
    file = upload(actor_for(owner), series, content, "forloeb.csv")
    request = RequestFactory().get("/")
    request.actor = dataclasses.replace(  # type: ignore[attr-defined]
        actor_for(owner), support=SupportView(by=make_user(Role.ADMINISTRATOR))
    )
    with pytest.raises(Refused):
        UploadPreview.as_view()(request, key=series.key, pk=file.pk)
    address = reverse("reporting:upload_preview", args=[series.key, file.pk])
    assert signed_in(Client(), owner).get(address).status_code == 200


def test_how_many_were_asked_is_a_measure_of_its_own(world: World) -> None:
    reader = actor_for(make_user(Role.KKR_VIEWER))
    owner = reader.organisation
    assert owner is not None
    answers = make_series("svar", "Svar", measures.ANSWER, owner)
    asked = make_series("svar-inviterede", "Inviterede", measures.INVITED, owner)
    observe(answers, DAY, category="Enig")
    observe(asked, DAY, 3)
    address = reverse("reporting:series", args=["svar"])
    assert "1 af 3 inviterede" in signed_in(Client(), reader.user).get(address).content.decode()
    set_class(portals_officer(), measures.INVITED, "people", "Få blev spurgt")
    assert "af 3 inviterede" not in signed_in(Client(), reader.user).get(address).content.decode()
