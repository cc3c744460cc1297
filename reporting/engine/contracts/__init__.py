"""What a result contract stands at: plan (definitions), read (evidence), evaluate, payload. See docs/contracts.md.

attainment(contract, as_of)        what pages, API, exports and papers show: the cache for now, computed live for a day
compute(contract, as_of, draft)    always live
compare(contract, first, second)   the difference between two moments, by cause
seal(...), check_sealed(...)       a figure kept for ever, and the same computed again
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reporting.engine.contracts.attained import attainment, compute, goal_explained
    from reporting.engine.contracts.comparison import compare
    from reporting.engine.contracts.seals import check_sealed, seal

_HOME = {
    "attainment": "attained",
    "check_sealed": "seals",
    "compare": "comparison",
    "compute": "attained",
    "goal_explained": "attained",
    "seal": "seals",
}
__all__ = ["attainment", "check_sealed", "compare", "compute", "goal_explained", "seal"]


def __getattr__(name: str) -> Any:
    """Imports on first use: the package is named before Django's models are ready."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
