"""The two pipes: one writer for all threads, and a thread that reads whatever the others do."""

import os
import select
import threading
from collections.abc import Callable

from .decoder import Decoder

BEFORE_OPEN = 64 * 1024 * 1024  # the host's maxFrameBytes is known only from the answer of the open


class Wire:
    """Frames out in order, each whole (frame:emit:never-interleaved). A broken pipe swallows the rest."""

    def __init__(self, outgoing: int):
        self._outgoing = outgoing
        self._reset()

    def _reset(self) -> None:
        # Re-entrant: a finalizer that prints may run in the middle of a write of the same thread.
        self.lock = threading.RLock()
        self._buffer = bytearray()
        self._writing = False

    def put(self, frame: bytes) -> None:
        """Leaves the frame for the next flush (frame:emit:coalesced)."""
        with self.lock:
            self._buffer += frame
            if len(self._buffer) > 65536:
                self.flush()

    def flush(self) -> None:
        """Blocks till everything is in the pipe; the reading thread goes on (flow:stdin:read-while-writing)."""
        with self.lock:
            if self._writing:
                return
            self._writing = True
            try:
                while self._buffer:
                    ready, self._buffer = self._buffer, bytearray()
                    self._write(ready)
            finally:
                self._writing = False

    def _write(self, ready: bytearray) -> None:
        rest = memoryview(ready)
        while rest:
            try:
                rest = rest[os.write(self._outgoing, rest) :]
            except BlockingIOError:
                poll = select.poll()
                poll.register(self._outgoing, select.POLLOUT)
                poll.poll()
            except OSError:  # EPIPE: the host is gone; the end of stdin tells the rest
                return

    def forget(self) -> None:
        """In a forked child: the wire is its parent's."""
        self._reset()
        self._outgoing = os.open(os.devnull, os.O_WRONLY)


class Reader:
    """Reads frames in a thread of its own, so that a busy script or a full pipe never keeps the end of stdin away."""

    def __init__(self, incoming: int, on_frame: Callable[[dict], None], on_end: Callable[[], None]):
        self.decoder = Decoder(BEFORE_OPEN)
        self._incoming = incoming
        self._on_frame = on_frame
        self._on_end = on_end

    def start(self) -> None:
        threading.Thread(target=self._read, name="sandpipe-reader", daemon=True).start()

    def _read(self) -> None:
        while chunk := self._next():
            for frame in self.decoder.push(chunk):
                self._on_frame(frame)
        self._on_end()

    def _next(self) -> bytes:
        while True:
            try:
                return os.read(self._incoming, 65536)
            except BlockingIOError:
                poll = select.poll()
                poll.register(self._incoming, select.POLLIN)
                poll.poll()
            except OSError:
                return b""
