"""The rules of a match, asked once of rows that say the same."""

from collections.abc import Hashable
from dataclasses import replace
from datetime import date

from matching.checks import Checked, check
from matching.companies import NewCompany, problems
from matching.entries import MatchEntry, More
from matching.errors import Invalid
from matching.files.words import Words
from matching.models import Company
from matching.record_checks import CheckedMore, check_more
from matching.rulebook import Rulebook
from portal.identity.actor import Actor
from portal.tabular.values import MOST_REMEMBERED

NOTHING_MORE = More()
Era = tuple[int, bool, bool]


class Rules:
    """Of a right match the day decides by what held on it alone (Rulebook.era), so one answer does for many days; and
    of its company where it lies."""

    def __init__(self, actor: Actor, book: Rulebook, today: date) -> None:
        self.actor, self.book, self.today = actor, book, today
        self._right: dict[tuple[Words, str | None, Era], Checked] = {}
        self._wrong: dict[Hashable, Invalid] = {}
        self._eras: dict[date, Era] = {}
        self._kept: dict[NewCompany, bool] = {}

    def remembered(self, words: Words, place: str | None, day: date, more: More) -> Checked | None:
        """The answer for a row of these words, at a company that lies at `place`, where it keeps every rule and others
        have said the same but for `more`, which is asked here and not part of the answer; None: ask."""
        found = self._right.get((words, place, self._eras.get(day) or self._era(day)))
        if found is None or more is NOTHING_MORE:
            return found
        if words.on_behalf_of is not None or more.p_number:
            return None  # who attested it, and where it lies, is asked with the rest
        wrong: list[str] = []
        check_more(
            self.actor, more, self.book, match_type=found.match_type, agreed_on=day, on_behalf_of=None,
            today=self.today, add=lambda name, text: wrong.append(text),
        )  # fmt: skip
        return None if wrong else found

    def keeps(self, company: NewCompany) -> bool:
        kept = self._kept.get(company)
        if kept is None:
            if len(self._kept) > MOST_REMEMBERED:
                self._kept.clear()
            kept = self._kept[company] = not problems(company, self.book.municipality_codes)
        return kept

    def of(self, entry: MatchEntry, words: Words) -> Checked | Invalid:
        """`words`: those of the entry; what they leave open the file says for all of its rows."""
        company, day = entry.company, entry.agreed_on
        place = company.municipality_id if isinstance(company, Company) else company.municipality if company else None
        wrong_at = words, place, day, type(company)
        plain = entry.more is NOTHING_MORE
        if plain and wrong_at in self._wrong:
            return self._wrong[wrong_at]
        if day is not None and (isinstance(company, Company) or (company is not None and self.keeps(company))):
            right = self.remembered(words, place, day, entry.more)
            if right is not None:
                return right
        answer = self._asked(entry)
        if isinstance(answer, Checked):
            if words.on_behalf_of is None and not entry.more.p_number:
                self._remember(words, place, answer)
        elif plain and not isinstance(company, NewCompany) and len(self._wrong) < MOST_REMEMBERED:
            self._wrong[wrong_at] = answer
        return answer

    def _remember(self, words: Words, place: str | None, answer: Checked) -> None:
        if len(self._right) > MOST_REMEMBERED:
            self._right.clear()
        self._right[words, place, self._era(answer.agreed_on)] = replace(answer, more=CheckedMore())

    def _asked(self, entry: MatchEntry) -> Checked | Invalid:
        try:
            return check(self.actor, entry, self.today, book=self.book)
        except Invalid as problem:
            return Invalid(problem.errors)  # remembered: the one that was raised keeps all rows that were at hand

    def _era(self, day: date) -> Era:
        if day not in self._eras:
            self._eras[day] = self.book.era(day), self.book.programme.holds(day), day <= self.today
        return self._eras[day]
