"""When a peer can be asked."""

import socket


def is_listening(port: int) -> bool:
    """Whether a port takes connections."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
