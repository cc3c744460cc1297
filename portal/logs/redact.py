"""The second net under the log: what looks like a secret or a person is cut out of any text, whoever wrote it.

The first net is portal.logs.records, which leaves out values it does not know to be harmless.
"""

import re

CUT = "…"
_PATTERNS = [
    # Everything after the question mark of an address: people search for names.
    (re.compile(r"\?[^\s\"'<>]+"), f"?{CUT}"),
    # user:password@ in an address.
    (re.compile(r"(?<=://)[^/\s@]+@"), f"{CUT}@"),
    (re.compile(r"(?i)\b(authorization|cookie|set-cookie|x-csrftoken)\b(\s*[:=]\s*)[^\r\n]+"), rf"\1\2{CUT}"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}"), rf"\1 {CUT}"),
    (
        re.compile(r"(?i)\b((?:__Host-)?(?:session(?:id)?|csrf(?:token)?)|csrfmiddlewaretoken|passw(?:or)?d|adgangskode|secret\w*)"
                   r"([\"']?\s*[:=]\s*)[^\s,;&]+"),
        rf"\1\2{CUT}",
    ),
    (re.compile(r"\bvb_[A-Za-z0-9_-]+"), f"vb_{CUT}"),
    (re.compile(r"[\w.!#$%&*+/=^`{|}~-]+@[\w-]+(?:\.[\w-]+)+"), CUT),
    # A CPR number: the day, the month, the year, four figures.
    (re.compile(r"(?<!\d)(?:[0-7]\d)(?:[0-3]\d)\d\d[-\s]?\d{4}(?!\d)"), CUT),
]  # fmt: skip


def clean(text: str) -> str:
    """The text without addresses' queries, passwords, tokens, cookies, e-mail addresses and CPR numbers."""
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text
