"""What the host tells at the start (spec/v1/environment.md)."""

import re
from dataclasses import dataclass

from .errors import StartFault


@dataclass(frozen=True)
class Environment:
    transport: str
    open_timeout: float
    http_url: "str | None"
    token: "str | None"


def read_environment(variables: dict, token: "str | None") -> Environment:
    """Raises StartFault where a value is bad (64) or no version is in common (69)."""
    transport = variables.get("SANDPIPE_TRANSPORT", "auto")
    # fallback:transport:unknown-value
    if transport not in ("stdio", "http", "auto"):
        raise StartFault(64, f"SANDPIPE_TRANSPORT is {transport!r}; use stdio, http or auto")
    timeout = variables.get("SANDPIPE_OPEN_TIMEOUT_MS", "2000")
    # fallback:timeout:bad-value; [0-9] and fullmatch: \d takes other scripts' digits, $ a closing newline
    if not re.fullmatch(r"[0-9]{1,15}", timeout) or int(timeout) == 0:
        raise StartFault(64, f"SANDPIPE_OPEN_TIMEOUT_MS is {timeout!r}; use a positive integer, milliseconds")
    url = variables.get("SANDPIPE_HTTP_URL") or None
    if url is not None and not re.fullmatch(r"http://\S+|unix:/.+", url):
        raise StartFault(64, f"SANDPIPE_HTTP_URL is {url!r}; use http://127.0.0.1:PORT or unix:/absolute/path.sock")
    offered = variables.get("SANDPIPE_PROTOCOL")
    # version:offer:none-common; without the variable the host is the founding document's
    if "1" not in (offered or "0").split(","):
        raise StartFault(69, f"SANDPIPE_PROTOCOL is {offered!r}; this sandbox speaks 1 only")
    # fallback:http:no-url
    if transport == "http" and url is None:
        raise StartFault(69, "SANDPIPE_HTTP_URL is not set; SANDPIPE_TRANSPORT http needs it")
    if transport == "http":
        raise StartFault(69, "SANDPIPE_TRANSPORT is 'http'; this sandbox has no HTTP, use stdio")
    return Environment(transport, int(timeout) / 1000, url, token)
