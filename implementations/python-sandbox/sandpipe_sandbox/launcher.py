"""From the host's descriptors and environment to a running session."""

import os
import sys

from .environment import read_environment
from .errors import StartFault

TOKEN_DESCRIPTOR = "SANDPIPE_PYTHON_TOKEN_FD"


def launch(argv: "list[str]") -> None:
    try:
        token = take_token()
        environment = read_environment(dict(os.environ), token)
        if len(argv) > 2:
            raise StartFault(64, f"{len(argv) - 1} arguments; use run.py [SCRIPT.py]")
    except StartFault as fault:
        os.write(2, f"sandpipe: {fault}\n".encode())
        os._exit(fault.exit_code)
    incoming, outgoing = move_wire()
    from .runner import run

    run(environment, argv[1] if len(argv) == 2 else None, incoming, outgoing)


def take_token() -> "str | None":
    """Takes the token out of the environment; /proc shows the one of the start, so the process starts again
    without it and reads it from a descriptor (life:environment:token-gone). The process id stays."""
    token = os.environ.get("SANDPIPE_HTTP_TOKEN")
    if token is not None:
        read_end, write_end = os.pipe()
        os.write(write_end, token.encode("utf-8", "surrogateescape")[:60000])
        os.close(write_end)
        os.set_inheritable(read_end, True)
        variables = {name: value for name, value in os.environ.items() if name != "SANDPIPE_HTTP_TOKEN"}
        variables[TOKEN_DESCRIPTOR] = str(read_end)
        os.execve(sys.executable, [sys.executable, "-I", *sys.argv], variables)
    descriptor = os.environ.pop(TOKEN_DESCRIPTOR, None)
    if descriptor is None:
        return None
    with open(int(descriptor), "rb") as pipe:
        return pipe.read().decode("utf-8", "surrogateescape")


def move_wire() -> "tuple[int, int]":
    """Moves the wire off 0 and 1: prints of native code and of children go to stderr. The copies are close-on-exec."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:  # closed at the start: the next open file would be taken for a standard stream
            os.dup2(null, descriptor)
    incoming, outgoing = os.dup(0), os.dup(1)
    os.dup2(null, 0)
    os.dup2(2, 1)
    os.close(null)
    return incoming, outgoing
