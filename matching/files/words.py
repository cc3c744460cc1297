"""The words of a row as codes and ids."""

from collections.abc import Mapping
from typing import Any

from matching.files.names import Names


class Words:
    """Words of a row as codes and ids: the same for all rows with the same words. `faults`: those that are none."""

    def __init__(self, texts: Mapping[str, Any], names: Names) -> None:
        self.faults: list[tuple[str, str]] = []
        self._texts = texts
        self.match_type: str = self._one("match_type", names.match_type) or ""
        self.municipality: str | None = self._one("municipality", names.municipality)
        self.work_area: str = self._one("work_area", names.work_area) or ""
        self.created_by: int | None = self._one("created_by", names.organisation)
        self.on_behalf_of: int | None = self._one("on_behalf_of", names.organisation)
        self.assisted_by: tuple[int, ...] = self._one("assisted_by", names.organisations) or ()
        self.activity: int | None = self._one("activity", names.activity)
        self.scheme: str = self._one("scheme", names.scheme) or ""
        self.education_level: str = self._one("education_level", names.level) or ""

    def _one(self, name: str, find: Any) -> Any:
        text = self._texts.get(name)
        if not text:
            return None
        try:
            return find(text)
        except ValueError as problem:
            self.faults.append((name, str(problem)))
            return None
