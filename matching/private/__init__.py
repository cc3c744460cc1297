"""What matching holds about people, a module for each kind of record (portal.privacy.registry)."""
