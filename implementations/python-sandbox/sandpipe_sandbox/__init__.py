"""A Sandpipe sandbox (protocol 1) in Python's standard library."""

from .errors import SandpipeError

__all__ = ["SandpipeError"]
