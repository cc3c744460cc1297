"""What was opened and taken out, the pages that tell of it, and who sees which lines."""

from typing import ClassVar

from django.test import Client, RequestFactory, TestCase
from django.urls import reverse

from portal.audit import context
from portal.audit.exports import begin
from portal.audit.middleware import _to_the_end
from portal.audit.models import Change, Export, Opening
from portal.identity.actor import actor_for
from portal.identity.models import Organisation, User
from portal.identity.roles import Role
from portal.ui.export import Exported
from tests.access.world import World, build_world
from tests.identity.helpers import signed_in
from tests.memberships import member


class TestLogs(TestCase):
    world: ClassVar[World]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = build_world()

    def client_of(self, user: User) -> Client:
        return signed_in(Client(), user)

    def own(self, role: Role) -> Client:
        return self.client_of(self.world.own[role])

    def text(self, client: Client, name: str, query: str = "") -> str:
        answer = client.get(f"{reverse(name)}?{query}")
        assert answer.status_code == 200
        return b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()

    def test_a_file_is_logged_with_its_filters_and_its_rows(self) -> None:
        content = self.text(self.own(Role.ADVISER), "matching:list", "export=csv&text=limfjord&sort=agreed")
        line = Export.objects.latest("id")
        # One heading and one match.
        assert len(content.strip().split("\r\n")) == 2
        assert (line.rows, line.filters, line.path) == (1, {"text": "limfjord"}, reverse("matching:list"))
        assert line.user == self.world.own[Role.ADVISER]

    def test_a_file_that_did_not_arrive_whole_says_so(self) -> None:
        request = RequestFactory().get("/match/", {"export": "csv", "text": "limfjord"})
        exported = Exported("match.csv", [1, 2, 3])
        line = begin(request, actor_for(self.world.own[Role.ADVISER]), exported)
        leaving = _to_the_end((b"%d" % row for row in exported), exported, line)
        assert next(leaving) == b"1"
        leaving.close()  # what the server does when the connection breaks
        assert Export.objects.get(pk=line).rows is None
        assert "afbrudt" in self.text(self.own(Role.AUDITOR), "audit:exports")

    def test_a_person_may_choose_another_purpose(self) -> None:
        client = self.own(Role.ADVISER)
        detail = reverse("matching:detail", args=[self.world.match.pk])
        assert "arbejde med virksomheden eller matchet" in client.get(detail).content.decode()
        refused = client.post(reverse("audit:purpose"), {"purpose": "nysgerrighed", "next": detail})
        assert refused.status_code == 400
        answer = client.post(reverse("audit:purpose"), {"purpose": "rights", "next": detail})
        assert answer.headers["Location"] == detail
        assert "henvendelse fra den, det handler om" in client.get(detail).content.decode()
        assert Opening.objects.latest("id").purpose == "rights"
        elsewhere = client.post(reverse("audit:purpose"), {"purpose": "rights", "next": "https://fremmed.example/"})
        assert elsewhere.headers["Location"] == "/"

    def test_the_person_it_is_about_is_told_when_and_for_what_and_not_by_whom(self) -> None:
        self.own(Role.ADVISER).get(reverse("matching:detail", args=[self.world.match.pk]))
        officer = self.own(Role.DATA_PROTECTION_OFFICER)
        query = f"kind=match&key={self.world.match.pk}"
        name = self.world.own[Role.ADVISER].name
        assert name in self.text(officer, "audit:openings", query)
        told = self.text(officer, "audit:openings", f"{query}&export=csv&to=subject")
        assert "arbejde med virksomheden eller matchet" in told
        assert name not in told
        # Not of one record: the whole log, with names, and no such file.
        assert name in self.text(officer, "audit:openings", "export=csv&to=subject")

    def test_one_sees_the_lines_of_ones_own_area(self) -> None:
        foreign = self.world.foreign[Role.ADVISER]
        there = foreign.memberships.get().organisation
        Opening.objects.create(
            user=foreign, organisation=there, kind="match", keys=["1"], purpose="own_work", source="x"
        )
        here = self.text(self.own(Role.AUDITOR), "audit:openings")
        assert foreign.name not in here
        assert foreign.name in self.text(self.client_of(self.world.foreign[Role.AUDITOR]), "audit:openings")

    def test_an_administrator_sees_the_own_organisations_lines_only(self) -> None:
        operator = self.world.own[Role.ADMINISTRATOR]
        hub = operator.memberships.get().organisation
        kommune = self.world.own[Role.MUNICIPAL_OFFICER].memberships.get().organisation
        administrator = User.objects.create_user("kim@demo.example", "Kim")
        member(administrator, kommune, Role.ADMINISTRATOR)
        places = []
        for number, organisation in enumerate((kommune, hub)):
            context.stamp("test", organisation=organisation.pk)
            Organisation.objects.filter(pk=kommune.pk).update(short_name=f"K{number}")
            places.append(Change.objects.latest("id").pk)
        context.clear()
        theirs, others = places
        seen = set(Change.objects.visible_to(actor_for(administrator)).values_list("pk", flat=True))
        assert seen == {theirs}, "no line of the area's others, and none of jobs and commands"
        assert others in Change.objects.visible_to(actor_for(operator)).values_list("pk", flat=True)

    def test_the_history_of_a_target_holds_its_versions(self) -> None:
        made = Change.objects.filter(table="reporting_targetversion").earliest("id")
        assert made.new is not None
        target = made.new["target_id"]
        page = self.text(self.own(Role.AUDITOR), "audit:changes", f"table=reporting_target&row={target}")
        assert reverse("audit:change", args=[made.pk]) in page
        other = self.text(self.own(Role.AUDITOR), "audit:changes", "table=reporting_target&row=999999")
        assert "Intet passer" in other

    def test_a_change_shows_both_values_with_their_names(self) -> None:
        organisation = Organisation.objects.get(name="Jobcenter Aalborg")
        Organisation.objects.filter(pk=organisation.pk).update(parent=None)
        change = Change.objects.filter(table="identity_organisation").latest("id")
        page = self.own(Role.AUDITOR).get(reverse("audit:change", args=[change.pk])).content.decode()
        assert f"Aalborg Kommune ({organisation.parent_id})" in page
        assert "Del af" in page

    def test_filters_that_cannot_be_read_are_told_and_show_nothing(self) -> None:
        page = self.text(self.own(Role.AUDITOR), "audit:changes", "since=31.02.2026")
        assert "Intet passer" in page
        assert "error-summary" in page or "Der er et problem" in page

    def test_a_person_without_a_role_reads_nothing(self) -> None:
        bare = User.objects.create_user("bar@demo.example", "Uden Rolle")
        assert self.client_of(bare).get(reverse("audit:changes")).status_code == 403
