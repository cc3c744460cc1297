"""A file of the jobcentre that waits to be registered: a new row, a wrong one, and more as the world grows."""

from dataclasses import dataclass
from typing import Any

from matching.files.fields import PURPOSE
from portal.identity.actor import actor_for
from portal.identity.models import Organisation, User
from portal.identity.roles import Role
from portal.tabular import uploads
from portal.tabular.models import UploadedTable
from programmes.models import Programme

COLUMNS = {"company": "virksomhed", "match_type": "type", "agreed_on": "dato", "municipality": "kommune"}


@dataclass(frozen=True)
class MatchFiles:
    file: UploadedTable
    programme: Programme

    def kwargs(self, name: str) -> dict[str, Any] | None:
        """The arguments of the addresses of a file of matches; None for any other."""
        return {"pk": self.file.pk} if name in ("matching:file_preview", "matching:file_columns") else None


def build(own: dict[Role, User], programme: Programme) -> MatchFiles:
    adviser, jobcentre = actor_for(own[Role.ADVISER]), Organisation.objects.get(name="Jobcenter Aalborg")
    state = {"columns": COLUMNS, "decimal": ",", "programme": programme.slug, "created_by": jobcentre.pk}
    file = uploads.keep(adviser, PURPOSE, rows(programme, 1), "match.csv", work_area="other", **state)
    return MatchFiles(file, programme)


def rows(programme: Programme, number: int) -> bytes:
    day = programme.counted_from.strftime("%d.%m.%Y")
    lines = [f"Opdigtet Firma {row};Studiejob;{day};Aalborg" for row in range(number)]
    return "\n".join(["Virksomhed;Type;Dato;Kommune", *lines, f"Forkert;Tryllejob;{day};Aalborg"]).encode()


def grow(files: MatchFiles, made: int, number: int) -> None:
    """The file has as many rows more."""
    content = rows(files.programme, 1 + made + number)
    UploadedTable.objects.filter(pk=files.file.pk).update(content=content)
