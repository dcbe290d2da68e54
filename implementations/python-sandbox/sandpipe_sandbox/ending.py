"""The end of the process: everything printed is handed over, then nothing keeps it alive."""

import atexit
import os
import signal
import sys
import threading
from collections.abc import Callable

EXIT = os._exit


class Ending:
    """`flush` hands over prints and frames; `grace` is how long a script's own exit handlers and a full pipe may take."""

    def __init__(self, flush: Callable[[], None], lock: threading.RLock, grace: float):
        self._flush = flush
        self._lock = lock
        self.grace = grace

    def install(self) -> None:
        os._exit = self.exit_now  # output:exit:flushed, for a script that calls it
        signal.signal(signal.SIGTERM, self._on_term)

    def _on_term(self, _number: int, _frame: object) -> None:
        # Python runs this in the middle of a blocked write: only another thread can wait for that frame's end.
        self.exit_after(0, 128 + signal.SIGTERM)

    def exit_after(self, seconds: float, code: int) -> None:
        """From any thread, at once back."""
        self._start(seconds, self.exit_between_frames, code)

    def exit_between_frames(self, code: int) -> None:
        """life:term:exits. Waits for the frame that is being written, but not for a host that reads no more."""
        self._lock.acquire(timeout=self.grace / 2)
        self._after(self.grace / 2, code)
        self.exit_now(code)

    def exit_now(self, code: int) -> None:
        try:
            self._flush()
            sys.stderr.flush()
        except Exception:  # noqa: BLE001 - a patched or closed stream must not keep the process
            pass
        EXIT(code & 0xFF)

    def exit_politely(self, code: int) -> None:
        """As the interpreter would, exit handlers included, but bounded; timers and threads are not waited for."""
        self._after(self.grace, code)
        atexit._run_exitfuncs()
        self.exit_now(code)

    def _after(self, seconds: float, code: int) -> None:
        self._start(seconds, EXIT, code & 0xFF)

    def _start(self, seconds: float, action: Callable[[int], None], code: int) -> None:
        timer = threading.Timer(seconds, action, args=(code,))
        timer.name = "sandpipe-ending"
        timer.daemon = True
        timer.start()


def exit_code_of(stop: SystemExit) -> int:
    """What the interpreter makes of sys.exit(value)."""
    if stop.code is None:
        return 0
    if isinstance(stop.code, int):
        return stop.code
    print(stop.code, file=sys.stderr)
    return 1
