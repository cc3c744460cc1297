"""Signing in, end to end: passwords, the second factor, limits, sessions, and a person's own page about them."""
