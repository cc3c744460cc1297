"""The demo area's result contract, loaded from its file as any other would be."""

from pathlib import Path

from reporting.contract_files import read
from reporting.contract_loading import load as load_document

FILES = Path(__file__).parent / "definitions"


def load() -> str:
    """Every contract file of the demo; those that are loaded already stay as they are."""
    loaded = [load_document(read(path)) for path in sorted(FILES.glob("resultatkontrakt-*.yaml"))]
    return ", ".join(str(each.contract) for each in loaded)
