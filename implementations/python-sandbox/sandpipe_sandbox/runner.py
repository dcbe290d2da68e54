"""One run: open, script, result, end."""

import asyncio
import builtins
import os
import sys

from .capture import Capture, create_print, create_stdout, split_output
from .context import Context
from .ending import Ending, exit_code_of
from .environment import Environment
from .errors import SandpipeError, StartFault
from .idle import IdleSelector
from .opening import OPEN, check_opened
from .script import encode_result, failed, run_script, thrown
from .session import Session
from .wire import Reader, Wire


def run(environment: Environment, script: "str | None", incoming: int, outgoing: int) -> None:
    Run(environment, script, incoming, outgoing).run()


class Run:
    """The event loop in the main thread, the reader in another; everything meets here."""

    def __init__(self, environment: Environment, script: "str | None", incoming: int, outgoing: int):
        # Without HTTP `auto` has one leg; a fixed stdio waits as long as it takes (session:open:waits)
        self._open_timeout = environment.open_timeout if environment.transport == "auto" else None
        self._script = script
        self._selector = IdleSelector()
        self._loop = asyncio.SelectorEventLoop(self._selector)
        self._wire = Wire(outgoing)
        self._capture = Capture(self._send_output)
        self._session = Session(self._send)
        self._reader = Reader(incoming, self._on_frame, self._on_end)
        self._ending = Ending(self._flush, self._wire.lock, grace=1.0)
        self._turn_ends = False
        self._opened = self._acknowledged = False
        self._code_when_over: "int | None" = None

    def run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._ending.install()
        os.register_at_fork(after_in_child=self._become_child)
        sys.stdout = sys.__stdout__ = create_stdout(self._capture)
        builtins.print = create_print(builtins.print)
        self._reader.start()
        try:
            code = self._loop.run_until_complete(self._main())
        except StartFault as fault:
            os.write(2, f"sandpipe: {fault}\n".encode())
            code = fault.exit_code
        except SystemExit as stop:
            code = exit_code_of(stop)
        except SandpipeError:
            code = self._code_when_over or 1  # the host refused the result, or was gone before it
        except KeyboardInterrupt:
            code = 130
        self._ending.exit_politely(code)

    async def _main(self) -> int:
        opened = await self._open()
        self._opened = True
        self._session.limits.update(opened["limits"])
        self._ending.grace = self._session.limits["graceMs"] / 2000
        outcome = await self._settle(opened)
        frame, ok = encode_result(self._session, "end", outcome)
        await self._session.request("end", frame)  # result:exit:after-acknowledgement
        self._acknowledged = True
        return 0 if ok else 1

    async def _open(self) -> dict:
        frame = self._session.encode({"jsonrpc": "2.0", "id": "open", "method": "session.open", "params": OPEN})
        try:
            return check_opened(await asyncio.wait_for(self._session.request("open", frame), self._open_timeout))
        except (TimeoutError, asyncio.TimeoutError):  # fallback:auto:no-url
            waited = f"no answer to session.open within {self._open_timeout:g} s (SANDPIPE_OPEN_TIMEOUT_MS)"
            raise StartFault(69, f"{waited}, and no other transport; use a host that answers on stdin") from None
        except SandpipeError as fault:
            raise StartFault(69, f"session.open failed: {fault.message} ({fault.code})") from None

    async def _settle(self, opened: dict) -> dict:
        """Params of the result, also when nothing can ever settle the script."""
        ctx = Context(self._session, opened)
        task = asyncio.ensure_future(run_script(self._script, opened["script"], ctx))
        stuck = self._loop.create_future()

        def on_idle() -> bool:
            if self._session.pending or stuck.done():
                return False
            stuck.set_result(None)
            return True

        self._selector.on_idle = on_idle
        await asyncio.wait([task, stuck], return_when=asyncio.FIRST_COMPLETED)
        self._selector.on_idle = None
        if not task.done():
            return failed("UnsettledScript", "the script waits, and nothing is pending that could wake it")
        if task.cancelled():
            return failed("CancelledError", "the script cancelled itself")
        error = task.exception()
        return {"ok": True, "value": task.result()} if error is None else thrown(error)

    def _send(self, frame: bytes, _call_id: "int | str | None") -> None:
        self._capture.flush()  # prints keep their place among the frames
        self._wire.put(frame)
        if not self._turn_ends:
            self._turn_ends = True
            self._loop.call_soon(self._end_turn)

    def _end_turn(self) -> None:
        self._turn_ends = False
        self._wire.flush()

    def _send_output(self, data: bytes) -> None:
        with self._wire.lock:
            for params in split_output(data, self._session.limits["maxFrameBytes"]):
                notification = {"jsonrpc": "2.0", "method": "session.output", "params": params}
                self._wire.put(self._session.encode(notification))
            self._wire.flush()

    def _flush(self) -> None:
        self._capture.flush()
        self._wire.flush()

    def _on_frame(self, frame: dict) -> None:
        """In the reader's thread."""
        result = frame.get("result")
        if frame.get("id") == "open" and isinstance(result, dict):
            limits = result.get("limits")
            if isinstance(limits, dict) and isinstance(limits.get("maxFrameBytes"), int):
                self._reader.decoder.max_frame_bytes = limits["maxFrameBytes"]
        if frame.get("method") == "session.close" and "id" not in frame:
            self._be_over(1)
        else:
            self._loop.call_soon_threadsafe(self._session.receive, frame)

    def _on_end(self) -> None:
        """In the reader's thread."""
        if self._opened and not self._acknowledged and self._code_when_over is None:
            os.write(2, b"sandpipe: the host is gone before it has acknowledged the result\n")
        self._be_over(69)

    def _be_over(self, code: int) -> None:
        """life:exit:codes. In the reader's thread, so that a busy script can't hold it (life:eof:busy-loop)."""
        self._code_when_over = self._code_when_over or code
        self._loop.call_soon_threadsafe(self._session.lose)
        self._ending.exit_after(self._ending.grace, self._code_when_over)

    def _become_child(self) -> None:
        self._wire.forget()
        self._capture.become_child()
