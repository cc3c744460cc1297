"""What matching holds about people, a module for each kind of record (portal.privacy.registry)."""

from matching.private import guidance  # noqa: F401  # to register
