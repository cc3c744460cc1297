"""Figures: plan (definitions), read (sums), evaluate, payload. One function each for page, API, export and paper."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reporting.engine.evaluate import dashboard
    from reporting.engine.figures import figure
    from reporting.engine.payload import Payload, repeatable_bytes, to_bytes
    from reporting.engine.query import FigureQuery

_HOME = {
    "dashboard": "evaluate",
    "figure": "figures",
    "FigureQuery": "query",
    "Payload": "payload",
    "repeatable_bytes": "payload",
    "to_bytes": "payload",
}
__all__ = ["FigureQuery", "Payload", "dashboard", "figure", "repeatable_bytes", "to_bytes"]


def __getattr__(name: str) -> Any:
    """Imports on first use: the package is named before Django's models are ready."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
