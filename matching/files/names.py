"""What people write in a spreadsheet's cells, as codes and ids. Each raises ValueError with what to write instead."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from matching.rulebook import Rulebook
from portal.geography.danish import fold
from portal.geography.models import Municipality
from portal.identity.models import Organisation
from portal.ui import formats

# What the match types are called besides their names, in small letters.
TYPE_WORDS = {
    "student_project": ("studieprojekt", "projektsamarbejde", "studenterprojekt", "studieprojektsamarbejde", "speciale",
                        "bachelorprojekt", "projekt", "thesis", "master thesis", "student collaboration"),
    "internship": ("praktikophold", "studenterpraktik", "praktik (studerende)", "projektorienteret forløb",
                   "placement"),
    "student_job": ("studenterjob", "studiejobs", "studentermedhjælper", "studentermedhjælp", "student", "student jobs",
                    "student assistant"),
    "company_placement": ("virksomhedspraktikker", "vp", "praktik (ledig)"),
    "wage_subsidy": ("løntilskud", "privat løntilskud", "løntilskud privat", "ansættelse med løntilskud",
                     "løntilskud i privat virksomhed", "løntilskud - privat", "løntilskud, privat"),
    "ordinary_job": ("ordinær ansættelse", "ordinær", "ordinært", "fast job", "fastansættelse", "fuldtidsjob",
                     "deltidsjob", "ansættelse", "job", "full-time job", "full time job", "graduate job",
                     "permanent contract", "permanent"),
    "growth_pilot_job": ("vækstpilot", "nordjysk vækstpilot", "job med vækstpilot", "vækstpilotordning"),
}  # fmt: skip
LEVEL_WORDS = {
    "kvu": ("kvu", "kort", "kort videregående", "kort videregående uddannelse", "erhvervsakademi"),
    "mvu": ("mvu", "mellemlang", "mellemlang videregående", "mellemlang videregående uddannelse",
            "professionsbachelor"),
    "lvu": ("lvu", "lang", "lang videregående", "lang videregående uddannelse", "kandidat"),
}  # fmt: skip
SEPARATORS = ";/\n|"


class Names:
    """Of one programme. What was read once is remembered: a column has few different words."""

    def __init__(self, book: Rulebook, own: Iterable[Organisation] = ()) -> None:
        self.book = book
        self._remembered: dict[tuple[str, str], Any] = {}
        self._schemes = {fold(word): row.code for row in book.schemes.values() if row.active
                         for word in (row.code, row.name, row.name_en)}  # fmt: skip
        self._levels = {fold(word): code for code, words in LEVEL_WORDS.items() for word in words}
        self._types = {fold(word): code for code, words in TYPE_WORDS.items() for word in words}
        for row in book.types.values():
            self._types |= {fold(word): row.code for word in (row.code, row.name, row.name_en)}
        self._offered = [row for row in book.work_areas.values() if row.active]
        self._areas = {fold(word): row.code for row in self._offered
                       for word in (row.code, row.name, row.name_en)}  # fmt: skip
        self._places = {
            fold(word): row.code
            for row in book.municipalities.values()
            if row.kind == Municipality.Kind.MUNICIPALITY
            for word in (row.code, row.code.lstrip("0"), row.name, row.official_name)
        }
        self._organisations: dict[str, set[int]] = {}
        for each in {row.pk: row for row in (*book.organisations.values(), *own)}.values():
            for word in filter(None, (each.name, each.short_name)):
                self._organisations.setdefault(fold(word), set()).add(each.pk)
        self._activities: dict[str, set[int]] = {}
        for activity in book.activities.values():
            for word in filter(None, (activity.number, activity.name, str(activity))):
                self._activities.setdefault(fold(word), set()).add(activity.pk)

    def match_type(self, text: str) -> str:
        return str(self._once("type", text, self._match_type))

    def _match_type(self, text: str) -> str:
        code = self._types.get(fold(text))
        if code is None:
            said = {"text": text[:60], "types": formats.join_and([row.label for row in self.book.types.values()])}
            raise ValueError(_("“%(text)s” is no match type. The types are: %(types)s.") % said)
        return code

    def work_area(self, text: str) -> str:
        return str(self._once("area", text, self._work_area))

    def _work_area(self, text: str) -> str:
        code = self._areas.get(fold(text))
        if code is None:
            areas = formats.join_and([row.label for row in self._offered])
            text = _("“%(text)s” is no work area. The areas are: %(areas)s.") % {"text": text[:60], "areas": areas}
            raise ValueError(text)
        return code

    def municipality(self, text: str) -> str:
        """A name as people write it ("Ålborg", "Aalborg Kommune") or a code with or without its zero → the code."""
        return str(self._once("place", text, self._municipality))

    def _municipality(self, text: str) -> str:
        word = fold(text)
        plain = word.removesuffix(" kommune").removesuffix(" kom.").removesuffix("s") if word else ""
        for tried in (word, word.removesuffix(" kommune"), word.removesuffix(" kom."), plain):
            if code := self._places.get(tried):
                return code
        raise ValueError(_("There is no municipality called “%(text)s”.") % {"text": text[:60]})

    def organisation(self, text: str) -> int:
        return int(self._once("organisation", text, self._organisation))

    def _organisation(self, text: str) -> int:
        found = self._organisations.get(fold(text), set())
        if len(found) > 1:
            raise ValueError(
                _("Several organisations are called “%(text)s”. Write the whole name.") % {"text": text[:60]}
            )
        if not found:
            said = {"text": text[:60], "programme": self.book.programme.name}
            raise ValueError(_("“%(text)s” is none of the partners of %(programme)s.") % said)
        return next(iter(found))

    def organisations(self, text: str) -> tuple[int, ...]:
        """Several in a cell, between semicolons, slashes or lines; commas too, where no name has one."""
        return tuple(self._once("organisations", text, self._several))

    def _several(self, text: str) -> tuple[int, ...]:
        for separators in (SEPARATORS, f"{SEPARATORS},"):
            parts = [text]
            for sign in separators:
                parts = [piece for part in parts for piece in part.split(sign)]
            names = [part.strip() for part in parts if part.strip()]
            if all(fold(name) in self._organisations for name in names):
                break
        return tuple(dict.fromkeys(self.organisation(name) for name in names))

    def scheme(self, text: str) -> str:
        return str(self._once("scheme", text, self._scheme))

    def _scheme(self, text: str) -> str:
        code = self._schemes.get(fold(text))
        if code is None:
            schemes = formats.join_and([row.label for row in self.book.schemes.values() if row.active])
            said = {"text": text[:60], "schemes": schemes}
            raise ValueError(_("“%(text)s” is no scheme. The schemes are: %(schemes)s.") % said)
        return code

    def level(self, text: str) -> str:
        return str(self._once("level", text, self._level))

    def _level(self, text: str) -> str:
        code = self._levels.get(fold(text))
        if code is None:
            raise ValueError(_("“%(text)s” is no education level. Write KVU, MVU or LVU.") % {"text": text[:60]})
        return code

    def activity(self, text: str) -> int:
        return int(self._once("activity", text, self._activity))

    def _activity(self, text: str) -> int:
        found = self._activities.get(fold(text), set())
        if len(found) != 1:
            said = {"text": text[:60], "programme": self.book.programme.name}
            raise ValueError(_("“%(text)s” is no activity of %(programme)s. Write its number.") % said)
        return next(iter(found))

    def _once(self, kind: str, text: str, read: Callable[[str], Any]) -> Any:
        key = (kind, text)
        if key not in self._remembered:
            try:
                self._remembered[key] = read(text)
            except ValueError as problem:
                self._remembered[key] = ValueError(*problem.args)
        found = self._remembered[key]
        if isinstance(found, ValueError):
            raise ValueError(*found.args)  # one that was raised keeps all rows that were at hand
        return found
