"""A file between upload and import: whose it is, how often it counts, and when it goes."""

import hashlib
import threading
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from portal.identity.actor import Actor
from portal.identity.members.tasks import hand_over, open_tasks
from portal.identity.models import User
from portal.identity.rights import Refused
from portal.identity.roles import Role
from portal.tabular import nightly, uploads
from portal.tabular.models import UploadedContent, UploadedTable
from portal.tabular.reading import Unreadable, stream
from tests.memberships import member
from tests.tabular.test_mapping import actor

CONTENT = b"Dato;Bilag\n1.1.2024;7\n"


@pytest.mark.django_db
def test_a_file_is_kept_with_what_was_chosen_and_seen_by_its_organisation_alone() -> None:
    ours, theirs = actor("Ours"), actor("Theirs")
    file = uploads.keep(ours, "spending", CONTENT, "forbrug.csv", pool=7)
    uploads.note(file, step=2)
    file = UploadedTable.objects.visible_to(ours).get()
    assert uploads.content_of(file) == CONTENT
    assert file.state == {"pool": 7, "step": 2}
    assert file.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert not UploadedTable.objects.visible_to(theirs).exists()
    nobody = Actor(ours.user, None, timezone.localdate())
    assert not UploadedTable.objects.visible_to(nobody).exists()
    with pytest.raises(Refused):
        uploads.keep(nobody, "spending", CONTENT, "forbrug.csv")


@pytest.mark.django_db
@pytest.mark.parametrize("aside", [True, False])
@pytest.mark.parametrize("piece", [1, 7, len(CONTENT), 1024])
def test_a_file_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch, aside: bool, piece: int) -> None:
    monkeypatch.setattr(uploads, "MEGABYTE", piece)
    file = uploads.keep(actor("Ours"), "spending", CONTENT, "forbrug.csv", aside=aside)
    with uploads.opened(file) as content, stream(content) as read:
        assert [cells for block in read.blocks for _number, cells in block.rows()] == [["Dato", "Bilag"],
                                                                                         ["1.1.2024", "7"]]  # fmt: skip


@pytest.mark.django_db
def test_a_file_that_goes_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MEGABYTE", 7)
    file = uploads.keep(actor("Ours"), "spending", CONTENT, "forbrug.csv", aside=True)
    read: list[bytes] = []

    class Taken(BytesIO):
        def write(self, piece: Any, /) -> int:
            read.append(bytes(piece))
            UploadedContent.objects.all().delete()
            return super().write(piece)

    monkeypatch.setattr(uploads, "TemporaryFile", Taken)
    with pytest.raises(Unreadable), uploads.opened(file):
        pass
    assert read == [CONTENT[:7]]


@pytest.mark.django_db
def test_an_imported_file_is_emptied_and_counts_once() -> None:
    ours = actor("Ours")
    file = uploads.keep(ours, "spending", CONTENT, "forbrug.csv")
    same = UploadedTable.objects.get(pk=file.pk)
    uploads.advance(file, 3, finished=False)
    uploads.advance(file, 2, finished=True)
    kept = UploadedTable.objects.get(pk=file.pk)
    assert (kept.rows_imported, kept.content) == (5, None)
    assert kept.imported_at is not None
    with translation.override("da"):
        with pytest.raises(Unreadable, match="indlæst"):
            uploads.content_of(kept)
        with pytest.raises(ValidationError, match="ved at blive"):
            uploads.advance(same, 5, finished=True)
        again = uploads.keep(ours, "spending", CONTENT, "igen.csv")
        assert "(5 rækker)" in uploads.imported_before(again)
    assert uploads.imported_before(kept) == ""
    assert uploads.imported_before(uploads.keep(ours, "other", CONTENT, "igen.csv")) == ""
    assert uploads.imported_before(uploads.keep(actor("Theirs"), "spending", CONTENT, "igen.csv")) == ""


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_it_is_imported_once() -> None:
    file = uploads.keep(actor("Ours"), "spending", CONTENT, "forbrug.csv")
    both, outcomes = threading.Barrier(2), []

    def press() -> None:
        mine = UploadedTable.objects.get(pk=file.pk)
        both.wait()
        try:
            with transaction.atomic():
                uploads.advance(mine, 5, finished=True)
                outcomes.append("imported")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["imported", "refused"]
    assert UploadedTable.objects.get(pk=file.pk).rows_imported == 5


@pytest.mark.django_db
def test_what_nobody_imported_goes_after_two_days() -> None:
    ours = actor("Ours")
    old, begun, done, fresh = (uploads.keep(ours, "spending", CONTENT, name) for name in "abcd")
    uploads.advance(begun, 1, finished=False)
    uploads.advance(done, 1, finished=True)
    long_ago = timezone.now() - uploads.KEPT - timedelta(seconds=1)
    UploadedTable.objects.exclude(pk=fresh.pk).update(uploaded_at=long_ago)
    outcome = nightly.uploads_expire(None)  # type: ignore[arg-type]  # a run has nothing it needs
    assert outcome.result == {"deleted": 1}
    assert set(UploadedTable.objects.values_list("pk", flat=True)) == {begun.pk, done.pk, fresh.pk}
    assert old.pk not in {begun.pk, done.pk, fresh.pk}


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"imported_at": timezone.now()}, {"content": None}])
def test_the_database_holds_that_content_goes_with_the_import(wrong: dict[str, object]) -> None:
    file = uploads.keep(actor("Ours"), "spending", CONTENT, "forbrug.csv")
    with pytest.raises(IntegrityError), transaction.atomic():
        UploadedTable.objects.filter(pk=file.pk).update(**wrong)


@pytest.mark.django_db
def test_files_on_the_desk_of_somebody_who_leaves_go_to_a_colleague() -> None:
    ours = actor("Ours")
    assert ours.membership is not None
    assert ours.organisation is not None
    uploads.keep(ours, "spending", CONTENT, "forbrug.csv")
    assert [(task.source.key, task.number) for task in open_tasks(ours.membership)] == [("tabular.uploads", 1)]
    colleague = User.objects.create_user("kollega@demo.example", name="Kollega")
    to = member(colleague, ours.organisation, Role.HUB_CONTROLLER)
    assert hand_over(ours.membership, to, ours.user) == 1
    assert UploadedTable.objects.get().uploaded_by == colleague
