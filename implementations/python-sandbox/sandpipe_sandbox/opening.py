"""`session.open`: what is sent and what its answer must hold."""

import platform

from .errors import StartFault

OPEN = {
    "protocol": 1,
    "runtime": {"name": "python", "version": platform.python_version()},
    "features": ["emit", "progress", "lateScript"],
}

REQUIRED = {"session": dict, "methods": list, "limits": dict, "datasources": list, "script": dict, "features": list}
LIMITS = ("maxFrameBytes", "maxInFlight", "maxDepth", "graceMs")


def check_opened(opened: object) -> dict:
    """The answer, if it has what this sandbox uses. Raises StartFault."""
    if not isinstance(opened, dict):
        raise StartFault(69, "the answer of session.open is no object")
    wrong = [name for name, kind in REQUIRED.items() if not isinstance(opened.get(name), kind)]
    if not wrong:
        wrong = [f"limits.{name}" for name in LIMITS if not positive(opened["limits"].get(name))]
    if wrong:
        raise StartFault(69, f"the answer of session.open lacks a right {', '.join(wrong)}")
    return opened


def positive(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0
