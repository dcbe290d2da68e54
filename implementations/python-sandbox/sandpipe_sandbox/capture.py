"""What the script prints by sys.stdout becomes `session.output`; text and bytes share one order."""

import base64
import io
import os
import threading
from collections.abc import Callable


class Capture(io.BufferedIOBase):
    """The buffer below sys.stdout: handed over at each newline, at 64 KiB, and before any other frame."""

    name = "<stdout>"

    def __init__(self, hand_over: Callable[[bytes], None]):
        self._hand_over = hand_over
        self._held = bytearray()
        self.lock = threading.RLock()

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1

    def write(self, data: object) -> int:
        view = memoryview(data).cast("B")
        with self.lock:
            self._held += view
            if len(self._held) > 65536 or b"\n" in bytes(view):
                self.flush()
        return len(view)

    def flush(self) -> None:
        with self.lock:
            if self._held:
                held, self._held = bytes(self._held), bytearray()
                self._hand_over(held)

    def close(self) -> None:
        """A script that closes its stdout ends neither the wire nor the prints of others."""
        self.flush()

    def become_child(self) -> None:
        """After fork: prints of the child go where its children's go."""
        self.lock = threading.RLock()
        self._held = bytearray()
        self._hand_over = write_raw


def write_raw(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]


def create_print(plain: Callable[..., None]) -> Callable[..., None]:
    """`print`, but a value whose text can't be made fails no script (output:print:never-throws)."""

    def print(*values: object, **options: object) -> None:
        plain(*map(text_of, values), **options)

    return print


def text_of(value: object) -> str:
    try:
        return str(value)
    except Exception:  # noqa: BLE001 - whatever a script's own class raises
        return f"<a {type(value).__name__} whose text can't be made>"


def create_stdout(capture: Capture) -> io.TextIOWrapper:
    # backslashreplace: a lone surrogate fails no script (output:print:never-throws)
    return io.TextIOWrapper(capture, encoding="utf-8", errors="backslashreplace", newline="\n", write_through=True)


def split_output(data: bytes, limit: int) -> "list[dict]":
    """Params of `session.output`, each small enough for a frame of `limit` bytes (limit:send:prints-split)."""
    room = (limit - 256) // 6  # JSON writes a control character in six bytes
    pieces = []
    at = 0
    while at < len(data):
        end = min(at + room, len(data))
        while end < len(data) and end > at + room - 4 and data[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(output_params(data[at:end]))
        at = end
    return pieces


def output_params(piece: bytes) -> dict:
    try:
        return {"stream": "stdout", "text": piece.decode("utf-8")}
    except UnicodeDecodeError:
        return {"stream": "stdout", "base64": base64.b64encode(piece).decode()}
