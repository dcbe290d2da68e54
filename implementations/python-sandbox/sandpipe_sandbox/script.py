"""Loads the user's script and turns what becomes of it into the params of `session.result`."""

import hashlib
import inspect
import sys
import traceback
import types

from .context import Context
from .encoder import NotSerializable, TooLarge
from .session import Session


def load_script(path: "str | None", told: dict) -> types.ModuleType:
    """The script of the command line, else the one that the host named, as a module."""
    if path is None:
        path = told.get("path")
    if path is not None:
        with open(path, "rb") as file:
            source = file.read()
    elif "source" in told:
        source, path = told["source"].encode(), "<script>"
    else:
        raise ValueError("no script: neither on the command line nor in the answer of session.open")
    if "sha256" in told and path == told.get("path", path) and hashlib.sha256(source).hexdigest() != told["sha256"]:
        raise ValueError(f"{path} is not the script that the host named: its sha256 differs")
    module = types.ModuleType("script")
    module.__file__ = path
    sys.modules["script"] = module
    exec(compile(source, path, "exec"), module.__dict__)
    return module


async def run_script(path: "str | None", told: dict, ctx: Context) -> object:
    module = load_script(path, told)
    main = getattr(module, "main", None)
    if not callable(main):
        raise TypeError(f"{module.__file__} has no main; write `async def main(ctx)`")
    value = main(ctx)
    return await value if inspect.isawaitable(value) else value


def encode_result(session: Session, call_id: str, params: dict) -> "tuple[bytes, bool]":
    """The frame of the result, or of the reason why there can't be one; and whether it is ok."""
    frame = {"jsonrpc": "2.0", "id": call_id, "method": "session.result"}
    try:
        return session.encode({**frame, "params": params}), params["ok"]
    except TooLarge as too_large:  # limit:send:result-too-large
        failure = failed("limit_exceeded", str(too_large))
    except Exception as fault:  # noqa: BLE001 - a value's own conversion may raise anything
        reason = str(fault) if isinstance(fault, NotSerializable) else f"{type(fault).__name__}: {fault}"
        failure = failed("ResultNotSerializable", reason)
    return session.encode({**frame, "params": failure}), False


def failed(name: str, message: str, stack: "str | None" = None) -> dict:
    """Cut, so that the reason itself always fits a frame of the least size."""
    error = {"name": name[:100], "message": message[:2000], **({} if stack is None else {"stack": stack[-4000:]})}
    return {"ok": False, "error": error}


def thrown(error: BaseException) -> dict:
    try:
        message = str(error)
    except Exception:  # noqa: BLE001
        message = "<its text can't be made>"
    stack = "".join(traceback.format_exception(error))
    return failed(type(error).__name__, message, stack)
