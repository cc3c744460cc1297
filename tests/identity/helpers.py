"""Somebody who has signed in, without going the way of it."""

from django.test import Client

from portal.identity.models import User
from portal.identity.signin import sessions


def signed_in(client: Client, user: User, factor: str = sessions.PASSED) -> Client:
    """`client` with a session of this person, who has given the code too (or, with NOT_ASKED, the password alone)."""
    client.force_login(user)
    session = client.session
    session[sessions.FACTOR] = factor
    session.save()
    return client
