"""Vækstbro on one machine, with nothing installed but Python, git and make: `make run`, `make test` and their like.

Never part of a production start; nothing else in the portal imports from here (tests may).
"""
