"""Calls and notifications of one session, over whichever transport was chosen."""

import asyncio
from collections import deque
from collections.abc import Callable

from .encoder import TooLarge, encode_frame
from .errors import SandpipeError

# limit:minima:granted: what every host grants before its answer tells more
MINIMA = {"maxFrameBytes": 65536, "maxInFlight": 8, "maxDepth": 32, "graceMs": 2000}


class Session:
    """Runs in the event loop's thread; `send(frame, id)` takes a whole frame, id None for a notification."""

    def __init__(self, send: Callable[[bytes, "int | str | None"], None]):
        self._send = send
        self._last_id = 0
        self._unanswered: "dict[int | str, asyncio.Future | None]" = {}
        self._queue: "deque[tuple[int, bytes, asyncio.Future]]" = deque()
        self.limits: dict = dict(MINIMA)
        self.lost = False

    @property
    def pending(self) -> bool:
        """Whether anything that a script can wait for is still to come."""
        return any(future is not None and not future.done() for future in self._unanswered.values()) or bool(self._queue)

    def encode(self, frame: dict) -> bytes:
        return encode_frame(frame, self.limits["maxFrameBytes"], self.limits["maxDepth"])

    def notify(self, method: str, params: dict) -> None:
        """Raises SandpipeError `limit_exceeded`, and NotSerializable."""
        if self.lost:
            return
        try:
            frame = self.encode({"jsonrpc": "2.0", "method": method, "params": params})
        except TooLarge as too_large:
            raise SandpipeError("limit_exceeded", str(too_large)) from None
        self._send(frame, None)

    async def request(self, call_id: str, frame: bytes) -> object:
        """session.open and session.result: under an id of their own, never queued."""
        if self.lost:
            raise transport_lost(False)
        future = asyncio.get_running_loop().create_future()
        self._unanswered[call_id] = future
        self._send(frame, call_id)
        return await future

    async def call(self, method: str, params: "dict | None" = None, timeout_ms: "float | None" = None) -> object:
        """The call's result. Cancelling the waiting task cancels the call (cancel:signal:sent)."""
        if self.lost:
            raise transport_lost(False)
        self._last_id += 1
        call_id = self._last_id
        frame: dict = {"jsonrpc": "2.0", "id": call_id, "method": method}
        if params is not None:
            frame["params"] = params
        try:
            encoded = self.encode(frame)
        except TooLarge as too_large:
            raise SandpipeError("limit_exceeded", str(too_large)) from None  # limit:send:call-fails-locally
        future = asyncio.get_running_loop().create_future()
        self._queue.append((call_id, encoded, future))
        self._send_queued()
        try:
            return await asyncio.wait_for(future, timeout_ms / 1000 if timeout_ms else None)
        except asyncio.CancelledError:
            self._give_up(call_id, "cancelled")
            raise
        except (asyncio.TimeoutError, TimeoutError):
            self._give_up(call_id, "deadline exceeded")
            raise SandpipeError("deadline_exceeded", f"no answer to {method} within {timeout_ms} ms") from None

    def _send_queued(self) -> None:
        # limit:in-flight:queued: a call that was given up counts until its answer has come
        while self._queue and len(self._unanswered) < self.limits["maxInFlight"]:
            call_id, encoded, future = self._queue.popleft()
            if not future.done():
                self._unanswered[call_id] = future
                self._send(encoded, call_id)

    def _give_up(self, call_id: int, reason: str) -> None:
        if call_id in self._unanswered and not self.lost:
            self._unanswered[call_id] = None
            self.notify("session.cancel", {"id": call_id, "reason": reason})

    def receive(self, frame: dict) -> None:
        """A frame of the host's; whatever settles nothing is ignored (call:correlate:unknown-ignored)."""
        if "method" in frame or "id" not in frame:
            return
        call_id = normal_id(frame["id"])
        if call_id is None or call_id not in self._unanswered:
            return
        future = self._unanswered.pop(call_id)
        self._send_queued()
        if future is None or future.done():
            return
        failure = failure_of(frame)
        if failure is None:
            future.set_result(frame["result"])
        else:
            future.set_exception(failure)

    def lose(self, call_id: "int | str | None" = None) -> None:
        """The transport has died: each pending call fails once and says whether it may have run
        (life:eof:pending-fail-once, fallback:lost:may-have-run). With an id only that one."""
        ids = [call_id] if call_id is not None else list(self._unanswered)
        for one in ids:
            future = self._unanswered.pop(one, None)
            if future is not None and not future.done():
                future.set_exception(transport_lost(True))
        if call_id is not None:
            self._send_queued()
            return
        self.lost = True
        while self._queue:
            future = self._queue.popleft()[2]
            if not future.done():
                future.set_exception(transport_lost(False))


def transport_lost(may_have_run: bool) -> SandpipeError:
    told = "it may have run" if may_have_run else "it was never sent"
    return SandpipeError("transport_lost", f"the host is gone; {told}", {"mayHaveRun": may_have_run})


def normal_id(value: object) -> "int | str | None":
    """An id as a key: 1 and "1" differ, and True is no 1 as it is to a dict."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, (int, str)) else None


def failure_of(frame: dict) -> "SandpipeError | None":
    """What a response fails its call with; None where it is a success (also `"result":null`)."""
    if frame.get("jsonrpc") != "2.0" or ("result" in frame) == ("error" in frame):
        return SandpipeError("invalid_response", "the response has not exactly one of result and error")
    if "result" in frame:
        return None
    error = frame["error"]
    code = error.get("code") if isinstance(error, dict) else None
    if not isinstance(code, int) or isinstance(code, bool) or not isinstance(error.get("message"), str):
        return SandpipeError("invalid_response", "the response's error has no integer code or no message")
    return SandpipeError(code, error["message"], error.get("data"))
