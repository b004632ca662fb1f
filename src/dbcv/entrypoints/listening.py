"""The socket the product listens on: bound by `dbcv up` before anything starts, inherited by the api process.

So a taken port is known at once, and a restart of the api refuses nobody: callers wait in the backlog.
"""

import errno
import socket

from dbcv.kit.errors import OperatorError

BACKLOG = 2048
MAX_PORT = 65_535


class PortError(OperatorError):
    """Nothing can listen there; the text says why and what to do."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises PortError."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        raise _explained(host, port, error) from error
    return listener


def listen(host: str, port: int, descriptor: int | None) -> socket.socket:
    """The inherited socket if there is one (`settings.listen_fd`), else a new one. Raises PortError."""
    return bind(host, port) if descriptor is None else socket.socket(fileno=descriptor)


def _explained(host: str, port: int, error: OSError) -> PortError:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < MAX_PORT else port - 1
        return PortError(
            f"port {port} on {host} is taken by another program. "
            f"Choose another one: DBCV_PORT={other} dbcv up (or --port {other})",
            f"порт {port} на {host} занят другой программой. "
            f"Выберите другой: DBCV_PORT={other} dbcv up (или --port {other})",
        )
    if error.errno == errno.EACCES:
        return PortError(
            f"port {port} needs special rights. Choose one above 1023: DBCV_PORT=8003 dbcv up",
            f"для порта {port} нужны особые права. Выберите порт больше 1023: DBCV_PORT=8003 dbcv up",
        )
    reason = error.strerror or error
    return PortError(
        f"nothing can listen on {host}, port {port}: {reason}. Check DBCV_HOST and DBCV_PORT",
        f"на {host}, порт {port}, слушать нельзя: {reason}. Проверьте DBCV_HOST и DBCV_PORT",
    )
