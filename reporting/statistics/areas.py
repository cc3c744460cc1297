"""Areas as the statistics offices write them: municipalities by code or name, the whole country, others."""

from dataclasses import dataclass

from portal.geography.danish import fold
from portal.geography.models import Municipality

COUNTRY = "000"
COUNTRY_NAMES = frozenset({"hele landet", "all denmark", "danmark", "denmark", "dk"})
"""The last is Eurostat's code."""
MUNICIPALITY = (" kommune", " municipality")


@dataclass(frozen=True)
class Area:
    """`category` is what facts are filtered by: the municipality's four-digit code, "000" or the file's own code."""

    category: str
    municipality: str | None
    name: str


class Areas:
    """Recognises the areas of a file. One query when made."""

    def __init__(self) -> None:
        self.by_code = {each.code: each for each in Municipality.objects.filter(kind=Municipality.Kind.MUNICIPALITY)}
        self.by_name = {fold(each.name): each for each in self.by_code.values()}

    def find(self, code: str, label: str = "") -> Area:
        """Three digits that begin with 0 are a region ("081"), not a municipality ("0810")."""
        code, label = code.strip(), label.strip() or code.strip()
        if code in ("0", "00", COUNTRY, "0000") or fold(code) in COUNTRY_NAMES:
            return Area(COUNTRY, None, label)
        municipality = None
        if code.isascii() and code.isdigit() and len(code) in (3, 4):
            municipality = self.by_code.get(code.zfill(4))
        if municipality is None and not code.isdigit():
            municipality = self._named(fold(code))
        if municipality is None:
            return Area(code[:60], None, label)
        return Area(municipality.code, municipality.code, municipality.name)

    def _named(self, name: str) -> Municipality | None:
        """Also "Aalborg Kommune" and, in the genitive, "Vesthimmerlands Kommune" or "Københavns Kommune"."""
        found = self.by_name.get(name)
        for ending in MUNICIPALITY:
            if found is None and name.endswith(ending):
                bare = name.removesuffix(ending)
                found = self.by_name.get(bare) or self.by_name.get(bare.removesuffix("s"))
        return found
