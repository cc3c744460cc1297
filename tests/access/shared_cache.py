"""A cache that many people share, as RFC 9111 lets one be: what would it keep, and whom would it give it to?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Statuses a cache may keep by its own reckoning (RFC 9110, section 15.1).
HEURISTIC = {200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501}


def control(headers: Mapping[str, str]) -> dict[str, str]:
    parts = (part.strip().partition("=") for part in headers.get("Cache-Control", "").lower().split(","))
    return {name.strip(): value.strip('"') for name, _is, value in parts if name}


def may_store(method: str, asked: Mapping[str, str], status: int, answered: Mapping[str, str]) -> bool:
    """Section 3, for a shared cache that keeps all it may. `asked` and `answered` are headers."""
    said = control(answered)
    if method not in {"GET", "HEAD"} or status < 200 or status == 304:
        return False
    if "no-store" in said or "private" in said:
        return False
    if "Authorization" in asked and not said.keys() & {"public", "must-revalidate", "s-maxage"}:
        return False
    explicit = bool(said.keys() & {"public", "max-age", "s-maxage"}) or "Expires" in answered
    return explicit or status in HEURISTIC


@dataclass
class SharedCache:
    """Keeps what it may, by address and what Vary names (`*`: never found again)."""

    kept: dict[tuple[str, tuple[tuple[str, str], ...]], bytes] = field(default_factory=dict)
    varies: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def take(
        self, method: str, address: str, asked: Mapping[str, str], status: int, answered: Mapping[str, str], body: bytes
    ) -> bool:
        """Whether it kept the answer."""
        if not may_store(method, asked, status, answered):
            return False
        vary = tuple(sorted(part.strip() for part in answered.get("Vary", "").split(",") if part.strip()))
        self.varies[address] = vary
        self.kept[address, tuple((name, asked.get(name, "")) for name in vary)] = body
        return True

    def give(self, address: str, asked: Mapping[str, str]) -> bytes | None:
        """What somebody else who asks for the address is given without the portal being asked."""
        vary = self.varies.get(address, ())
        return None if "*" in vary else self.kept.get((address, tuple((name, asked.get(name, "")) for name in vary)))
