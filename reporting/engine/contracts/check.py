"""Every stored and every sealed figure computed anew and compared: what a night's run looks at."""

import logging
from collections.abc import Callable
from typing import Any

from portal import ledger
from reporting.engine.contracts import cache
from reporting.engine.contracts.payload import core_bytes
from reporting.engine.contracts.seals import check_sealed
from reporting.engine.payload import ENGINE_VERSION
from reporting.models import Contract, ContractFigure, SealedFigure

logger = logging.getLogger(__name__)


def differences(progress: Callable[[int, int], None] = lambda done, total: None) -> dict[str, Any]:
    """{"contracts", "sealed", "first": what is not as it should be, in words}.

    A stored figure is compared at its own place, so one that the worker has not come to yet is no difference. A goal
    whose computation broke is named too: it is shown on its page, and somebody must look at it.
    """
    figures = list(ContractFigure.objects.select_related("contract").order_by("pk"))
    sealed = list(SealedFigure.objects.select_related("contract").order_by("sealed_at", "pk"))
    total, wrong = len(figures) + len(sealed), []
    for number, figure in enumerate(figures):
        wrong += _stored(figure)
        progress(number + 1, total)
    for number, kept in enumerate(sealed):
        wrong += _sealed(kept)
        progress(len(figures) + number + 1, total)
    stored = {figure.pk for figure in figures}
    for contract in Contract.objects.exclude(state=Contract.State.DRAFT).exclude(pk__in=stored).order_by("pk"):
        wrong.append(f"{contract.slug}: nothing is stored")
    return {"contracts": len(figures), "sealed": len(sealed), "first": wrong}


def _stored(figure: ContractFigure) -> list[str]:
    slug = figure.contract.slug
    if figure.payload.get("engine") != ENGINE_VERSION:
        return [f"{slug}: stored by engine {figure.payload.get('engine')}"]
    try:
        again = cache.stored_payload(figure.contract, ledger.AsOf(None, figure.computed_to_place))
    except Exception as error:
        logger.exception("Contract %s could not be computed.", figure.pk)
        return [f"{slug}: {type(error).__name__}"]
    broken = [f"{slug}: goal {goal['no']} failed" for goal in again["goals"] if goal["outcome"] == "failed"]
    if core_bytes(again) != core_bytes(figure.payload):
        return [f"{slug}: the stored figure is not what the facts say at {figure.computed_to_place}", *broken]
    return broken


def _sealed(kept: SealedFigure) -> list[str]:
    if kept.engine != ENGINE_VERSION:
        # Another engine may give other figures; what was sealed stands, and its page shows the difference.
        return []
    try:
        found = check_sealed(kept)
    except Exception as error:
        logger.exception("Sealed figure %s could not be computed.", kept.pk)
        return [f"{kept.pk}: {type(error).__name__}"]
    if not found["intact"]:
        return [f"{kept.pk}: the sealed payload is not what its hash says"]
    return [] if found["same"] else [f"{kept.pk}: computed again it differs: {found['differences'][:3]}"]
