"""Figures and facts over the API."""
