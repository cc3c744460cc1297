"""Figures kept for ever under a short address, and the same computed again beside them."""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal import ledger
from portal.identity.actor import Actor
from portal.identity.rights import Refused, require
from reporting import rights
from reporting.engine.contracts.attained import compute
from reporting.engine.contracts.payload import BESIDE, hashed
from reporting.engine.payload import ENGINE_VERSION, Payload
from reporting.models import Contract, SealedFigure

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Those that cannot be mistaken for each other when an address is read from paper."""
LENGTH = 8


def sha256(payload: Payload) -> str:
    return hashlib.sha256(hashed(payload)).hexdigest()


def seal(contract: Contract, actor: Actor, as_of: ledger.AsOf | None, reason: str) -> SealedFigure:
    """Keep the contract's figures as known at `as_of` (None: now). Raises Refused.

    The address is random, so that it gives away neither how many there are nor what comes next.
    """
    require(actor, rights.SEAL_FIGURES)
    if contract.state == Contract.State.DRAFT:
        raise Refused(_("A draft can still be changed. Sign the contract before you seal its figures."))
    moment = as_of if as_of is not None else ledger.AsOf.now()
    # The day is stored even for now, so that running it again asks exactly the same.
    payload = compute(contract, ledger.AsOf(moment.day or ledger.today(), moment.place))
    digest = sha256(payload)
    # The same submitted twice is one figure: what it says, why and by whom are all the same.
    earlier = SealedFigure.objects.filter(contract=contract, sha256=digest, reason=reason, sealed_by=actor.user).first()
    if earlier is not None:
        return earlier
    names = payload["names"]
    kept = {key: value for key, value in payload.items() if key != "names"}
    for _attempt in range(20):
        code = "".join(secrets.choice(LETTERS) for _letter in range(LENGTH))
        try:
            with transaction.atomic():
                return SealedFigure.objects.create(
                    code=code,
                    title=contract.name,
                    contract=contract,
                    as_of=payload["as_of"],
                    place=payload["place"],
                    engine=ENGINE_VERSION,
                    payload=kept,
                    names=names,
                    sha256=digest,
                    reason=reason,
                    sealed_by=actor.user,
                )
        except IntegrityError:
            if not SealedFigure.objects.filter(code=code).exists():
                raise
    raise RuntimeError("no free address was found")


def check_sealed(sealed: SealedFigure) -> dict[str, Any]:
    """The figure computed again, beside the sealed one: never in its place.

    {"same", "sha256", "stored", "intact", "payload", "differences": [{"path", "sealed", "now"}]}
    """
    again = compute(sealed.contract, ledger.AsOf(sealed.as_of, sealed.place))
    found = sha256(again)
    return {
        "same": found == sealed.sha256,
        "sha256": found,
        "stored": sealed.sha256,
        "intact": sha256({**sealed.payload, "names": sealed.names}) == sealed.sha256,
        "payload": again,
        "differences": differences(sealed.payload, again),
    }


SHOWN = 200


def differences(sealed: Payload, again: Payload) -> list[dict[str, Any]]:
    """Where two payloads are not the same, names and clocks apart; the first of them."""
    found: list[dict[str, Any]] = []
    _compare(_kept(sealed), _kept(again), "", found)
    return found[:SHOWN]


def _kept(payload: Payload) -> dict[str, Any]:
    return {key: value for key, value in payload.items() if key not in BESIDE}


def _compare(first: Any, second: Any, path: str, found: list[dict[str, Any]]) -> None:
    if first == second:
        return
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        for key in sorted({*first, *second}):
            if key not in ("url", "page"):
                _compare(first.get(key), second.get(key), f"{path}.{key}" if path else str(key), found)
    elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        for number, (one, other) in enumerate(zip(first, second, strict=True)):
            name = one["no"] if isinstance(one, Mapping) and "no" in one else number
            _compare(one, other, f"{path}[{name}]", found)
    else:
        found.append({"path": path, "sealed": first, "now": second})
