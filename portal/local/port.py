"""The port of `make run`, looked at before anything is installed or started. Standard library only."""

from __future__ import annotations

import os
import socket

from portal.local.process import Trouble


def host() -> str:
    """Only this machine, unless HOST says otherwise (the demo users' password is no secret)."""
    return os.environ.get("HOST", "").strip() or "127.0.0.1"


def port_wanted() -> int:
    """The port of PORT=, else 8000. Raises Trouble when it is none, or used."""
    text = os.environ.get("PORT", "").strip() or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Trouble(f"PORT={text} is not a port number.")
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host(), port))
        except PermissionError as error:
            raise Trouble(f"Port {port} needs more rights than we have. Choose another: make run PORT=8001") from error
        except OSError as error:
            other = f"make run PORT={port % 65535 + 1}"
            raise Trouble(
                f"Port {port} is used by another program ({error.strerror}). Choose another: {other}"
            ) from error
    return port
