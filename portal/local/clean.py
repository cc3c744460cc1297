"""`make clean`: removes the environment, what was built and the local database. Refuses while the portal runs.

Standard library only, as the environment goes too.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent.parent)

from portal.local.place import ROOT, Place, home  # noqa: E402
from portal.local.process import Trouble  # noqa: E402

BUILT = (".venv", "node_modules", "build", ".local", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis")


def main() -> int:
    try:
        if home().exists():
            place = Place.make()
            with place.hold() as alone:
                if not alone:
                    raise Trouble(place.who())
                shutil.rmtree(place.path, ignore_errors=True)
    except Trouble as error:
        print(error, file=sys.stderr)
        return 1
    for name in BUILT:
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for compiled in ROOT.glob("locale/*/LC_MESSAGES/*.mo"):
        with contextlib.suppress(FileNotFoundError):
            compiled.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
