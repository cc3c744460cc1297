"""Definitions that lead back to themselves."""

from collections.abc import Mapping

from reporting.rules.formula.nodes import Node, references


def cycle(definitions: Mapping[str, Node]) -> tuple[str, ...] | None:
    """The names of one circle, each leading to the next and the last to the first; None when there is none."""
    leads = {key: sorted(references(node) & definitions.keys()) for key, node in definitions.items()}
    done: set[str] = set()
    for start in sorted(leads):
        path: list[str] = []
        left = [iter([start])]
        while left:
            key = next(left[-1], None)
            if key is None:
                left.pop()
                if path:
                    done.add(path.pop())
            elif key in path:
                return tuple(path[path.index(key) :])
            elif key not in done:
                path.append(key)
                left.append(iter(leads[key]))
    return None
