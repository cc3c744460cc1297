"""Programmes over the API."""
