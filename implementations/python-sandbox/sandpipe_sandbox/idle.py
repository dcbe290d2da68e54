"""Sees that a script can never finish (result:unsettled:reported)."""

import selectors
import threading
from collections.abc import Callable


class IdleSelector(selectors.DefaultSelector):
    """The loop's selector: told to wait without end, it asks whether anything could still wake it."""

    on_idle: "Callable[[], bool] | None" = None

    def select(self, timeout: "float | None" = None) -> list:
        # One registered file is the loop's own pipe; another thread may still call in.
        if timeout is None and self.on_idle is not None and len(self.get_map()) <= 1 and not other_threads():
            if self.on_idle():
                return []
        return super().select(timeout)


def other_threads() -> bool:
    """Threads of the script. Idle pool threads count too: rather a run that its timeout ends than a wrong verdict."""
    return any(
        thread is not threading.main_thread() and not thread.name.startswith("sandpipe-")
        for thread in threading.enumerate()
    )
