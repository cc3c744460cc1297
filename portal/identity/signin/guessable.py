"""Which passwords are guessed first: words, names, keyboard rows and leaks. Everything here works without a network."""

import hashlib
import logging
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from portal.geography.models import Area, Municipality
from portal.identity.demo_password import DEMO_PASSWORD
from portal.identity.models import Organisation
from portal.identity.models.users import normalised

log = logging.getLogger(__name__)

OWN_LETTERS = 4
"""A password that has fewer letters than these besides such words is made of them."""
SHORTEST = 4
"""Letters of a name that is looked for: shorter ones stand in any password by chance."""

WORDS = Path(__file__).with_name("words.txt").read_text(encoding="utf-8").split()
"""Danish and English words that are tried first; one may add to the file."""

ROWS = ("1234567890+´", "qwertyuiopå¨", "asdfghjklæø'", "zxcvbnm,.-", "abcdefghijklmnopqrstuvwxyzæøå")
RUN = 4
"""So many neighbours in a row are a run along the keyboard."""

LOOK_ALIKE = {
    "a": "a4@", "b": "b8", "e": "e3€", "g": "g9", "i": "i1!|", "l": "l1|", "o": "o0", "s": "s5$", "t": "t7+", "z": "z2",
    "æ": "æ", "ø": "ø0", "å": "å@",
}  # fmt: skip
WRITTEN = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
PLAIN = str.maketrans({"æ": "a", "ø": "o", "å": "a"})


def weakness(password: str) -> ValidationError | None:
    """Why somebody would guess the password soon, as an error for a person; None when nothing says so."""
    from django.utils.translation import gettext as _

    text = normalised(password)
    if settings.DEMO_AREA and text == DEMO_PASSWORD:
        return None  # public on purpose, and refused outside the demo area
    if text == DEMO_PASSWORD or leaked(text):
        return ValidationError(
            _("This password is known from leaks of other websites, so it is tried first. Choose another one."),
            code="leaked",
        )
    try:
        CommonPasswordValidator().validate(text)
    except ValidationError:
        return ValidationError(_("Very many people use this password. Choose another one."), code="common")
    if found := made_of(text):
        return ValidationError(
            _(
                "The password is mostly made of what is tried first: “%(found)s”. "
                "Choose several words that have nothing to do with each other."
            ),
            code="guessable",
            params={"found": found},
        )
    return None


def made_of(password: str) -> str:
    """The word, name or row that the password is made of with little else; empty when it has enough of its own."""
    text = normalised(password).casefold()
    if len(set(text)) < OWN_LETTERS or re.fullmatch(r"(.{1,6})\1+", text):
        return text[:6]
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        found.append(match[0])
        return " "

    rest = _runs().sub(take, text)
    rest = _pattern(frozenset(_names())).sub(take, rest)
    own = sum(char.isalpha() for char in rest)
    return max(found, key=len) if found and own < OWN_LETTERS else ""


def leaked(password: str) -> bool:
    """Does the file of leaked passwords have it? False where no file is set (LEAKED_PASSWORDS_FILE)."""
    if not settings.LEAKED_PASSWORDS_FILE:
        return False
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
    try:
        return stands_in(Path(settings.LEAKED_PASSWORDS_FILE), digest)
    except OSError as error:
        log.error("The file of leaked passwords cannot be read (%s); passwords are checked without it.", error.strerror)
        return False


def stands_in(file: Path, digest: str) -> bool:
    """Binary search in sorted lines `HASH:COUNT` (upper case). A line may hold only the beginning of the hash.

    Forty gigabytes take about 40 looks. Raises OSError when the file cannot be read.
    """
    wanted = digest.encode()
    low, high = 0, file.stat().st_size
    with file.open("rb") as lines:
        while low < high:
            middle = (low + high) // 2
            lines.seek(middle)
            if middle:
                lines.seek(middle - 1)
                lines.readline()  # to the beginning of a line; of this one when middle is its beginning
            start = lines.tell()
            line = lines.readline()
            found = line.split(b":")[0].strip().upper()
            if not found or start >= high:
                high = middle
            elif wanted[: len(found)] == found:
                return True
            elif found < wanted:
                low = start + len(line)
            else:
                high = middle
    return False


def _names() -> Iterable[str]:
    """Words of the portal's surroundings: organisations, municipalities, areas and who runs it (three questions)."""
    names = [
        *Organisation.objects.values_list("name", flat=True).order_by(),
        *Organisation.objects.values_list("short_name", flat=True).order_by(),
        *Municipality.objects.values_list("name", flat=True).order_by(),
        *Area.objects.values_list("name", flat=True).order_by(),
        str(settings.PORTAL["authority"]),
        str(settings.PORTAL["area"]),
    ]
    for name in names:
        yield from re.findall(r"\w+", name.casefold())


@cache
def _runs() -> re.Pattern[str]:
    """Neighbours along a row, either way."""
    runs = {
        line[place : place + length]
        for row in ROWS
        for line in (row, row[::-1])
        for length in range(RUN, len(row) + 1)
        for place in range(len(row) - length + 1)
    }
    return re.compile("|".join(re.escape(run) for run in sorted(runs, key=len, reverse=True)))


@lru_cache(maxsize=1)
def _pattern(names: frozenset[str]) -> re.Pattern[str]:
    """Any of the words and names, also written aa for å, and with digits and signs that look like letters."""
    words = {word for word in (*WORDS, *names) if len(word) >= SHORTEST or word in WORDS}
    spellings = {word.translate(table) for word in words for table in ({}, WRITTEN, PLAIN)}
    return re.compile("|".join(_look_alike(word) for word in sorted(spellings, key=len, reverse=True)))


def _look_alike(word: str) -> str:
    return "".join(f"[{re.escape(LOOK_ALIKE[char])}]" if char in LOOK_ALIKE else re.escape(char) for char in word)
