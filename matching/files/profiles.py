"""Files from the systems that partners keep their work in: what their columns are called there.

No export of theirs has been seen. The names are those of public descriptions: of the fields of ESCRM's grants, of
VITAS's forms on virk.dk (STAR), of JobTeaser's offers. They are a first guess on the page that asks which column is
which; what is said there is remembered, and goes before.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from portal.geography.danish import fold
from portal.tabular.mapping import Field, TableFile


@dataclass(frozen=True)
class Profile:
    """`headings`: name of a field → what its column is called there, in small letters, the likeliest first; instead of
    the field's own synonyms. `signs`: words in a file's name or in a heading that tell the system."""

    system: str
    signs: tuple[str, ...]
    headings: Mapping[str, tuple[str, ...]]

    def fields(self, fields: Sequence[Field]) -> list[Field]:
        return [replace(each, synonyms=self.headings.get(each.name, each.synonyms)) for each in fields]


PROFILES = (
    Profile(
        "ESCRM",
        ("escrm", "ebstcrm"),
        {
            # "Ansvarlig" is a person there, elsewhere a partner.
            "created_by": ("organisation", "ansvarlig organisation", "enhed"),
            "agreed_on": ("matchdato", "aftaledato", "bevillingsdato", "oprettet", "oprettelsesdato", "dato"),
            "external_key": ("journalnummer", "sagsnummer", "sags-id", "sagsid", "id"),
        },
    ),
    Profile(
        "VITAS",
        ("vitas",),
        {
            "company": ("virksomhed", "virksomhedsnavn", "virksomhedens navn", "ansættelsessted", "arbejdsgiver",
                        "navn"),
            "match_type": ("tilbudstype", "tilbud", "ansøgningstype", "ordning", "type", "ansættelsesform"),
            "agreed_on": ("bevillingsdato", "bevilget", "bevilget den", "godkendelsesdato", "godkendt", "godkendt den",
                          "startdato", "start"),
            "municipality": ("ansættelsesstedets kommune", "arbejdsstedskommune", "virksomhedens kommune", "kommune"),
            "created_by": ("jobcenter",),
            "starts_on": ("startdato", "start", "periode fra", "starter"),
            "ends_on": ("slutdato", "slut", "periode til", "ophør", "ophørsdato", "slutter"),
            "external_key": ("ansøgningsnummer", "ansøgnings-id", "ansøgningsid", "bevillingsnummer", "vitas-id", "id"),
        },
    ),
    Profile(
        "JobTeaser",
        ("jobteaser", "job teaser", "graduateland"),
        {
            "company": ("company", "company name", "organization", "employer", "virksomhed"),
            "match_type": ("contract type", "type of contract", "job type", "position type", "offer type",
                           "ansættelsesform", "type"),
            # The day on which an offer was published is no agreement: without another it is asked for.
            "agreed_on": ("hired on", "hiring date", "date of hire", "filled on", "recruited on", "start date",
                          "startdato"),
            "municipality": ("municipality", "city", "location", "by", "kommune"),
            "starts_on": ("start date", "starting date", "starts on", "startdato"),
            "ends_on": ("end date", "ends on", "slutdato"),
            "external_key": ("offer id", "job id", "reference", "offer reference", "id"),
        },
    ),
)  # fmt: skip


def profile_of(file_name: str, table: TableFile) -> Profile | None:
    """The system that the file's name or one of its headings tells of."""
    words = re.findall(r"[^\W\d_]+", fold(" ".join([file_name, *(column.title for column in table.columns)])))
    told = f" {' '.join(words)} "
    return next((each for each in PROFILES if any(f" {sign} " in told for sign in each.signs)), None)


def system_named(text: str) -> str:
    """A system's name as it is always written: the keys of "Vitas" and of "VITAS" are one system's."""
    word = " ".join(text.split())
    same = (each.system for each in PROFILES if fold(word) in {fold(each.system), *each.signs})
    return next(same, word)
