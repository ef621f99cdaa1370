"""The port `./interline up` listens on: taken once, kept for the whole run, handed to every api process."""

import errno
import socket

HOST = "127.0.0.1"
BACKLOG = 2048
HIGHEST_PORT = 65_535


class PortTaken(Exception):  # noqa: N818 - a fact, like the refusals of `domain/`
    """Something else listens there. `free` is the next port that is free, None when there is none."""

    def __init__(self, port: int, free: int | None) -> None:
        offer = f" Port {free} is free: --port {free}" if free else ""
        super().__init__(f"Port {port} is taken by another program.{offer}")
        self.port = port
        self.free = free


def listen(port: int) -> socket.socket:
    """Listen on the port (0: any free one). Raises PortTaken.

    The socket outlives the api processes: while one is started again, callers wait instead of being refused.
    """
    try:
        listening = socket.create_server((HOST, port), backlog=BACKLOG)
    except OSError as problem:
        if problem.errno != errno.EADDRINUSE:
            raise
        raise PortTaken(port, _next_free(port)) from None
    # Connections inherit it. uvicorn takes a handed socket for a unix one and leaves it off; then the second
    # packet of every answer waits 40 ms for the caller's delayed acknowledgement (Nagle, RFC 9293 §3.7.4).
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _next_free(port: int) -> int | None:
    for candidate in range(port + 1, HIGHEST_PORT + 1):
        try:
            socket.create_server((HOST, candidate)).close()
        except OSError:
            continue
        return candidate
    return None
