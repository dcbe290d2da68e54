"""Bytes to frames: RFC 7464 records on stdin (spec/v1/framing.md, "Receiving in the sandbox")."""

import json
from collections.abc import Iterator

RS, LF = b"\x1e", b"\n"
SAFE = 2**53 - 1


class Decoder:
    """Pure push decoder. Whatever is no frame is dropped; a record beyond `max_frame_bytes` isn't held."""

    def __init__(self, max_frame_bytes: int):
        self.max_frame_bytes = max_frame_bytes
        self._record: "bytearray | None" = None
        self._skipping = False

    def push(self, chunk: bytes) -> Iterator[dict]:
        """Lazy: a limit that the taker of one frame sets holds for the next."""
        at = 0
        while at < len(chunk):
            if self._record is None:
                start = chunk.find(RS, at)  # frame:receive:stray-bytes
                if start < 0:
                    return
                self._begin()
                at = start + 1
                continue
            lf, rs = chunk.find(LF, at), chunk.find(RS, at)
            ends = [end for end in (lf, rs) if end >= 0]
            end = min(ends) if ends else len(chunk)
            self._append(chunk[at:end])
            at = end + 1
            if not ends:
                return
            if end == rs:
                self._begin()
                continue
            record, skipped, self._record = self._record, self._skipping, None
            frame = None if skipped else parse_frame(bytes(record))
            if frame is not None:
                yield frame

    def _begin(self) -> None:
        self._record = bytearray()
        self._skipping = False

    def _append(self, part: bytes) -> None:
        if self._skipping:
            return
        # limit:receive:oversized-skipped
        if len(self._record) + len(part) > self.max_frame_bytes:
            self._skipping = True
            self._record = bytearray()
        else:
            self._record += part


def parse_frame(record: bytes) -> "dict | None":
    """The object of a record, or None (frame:receive:malformed-ignored)."""
    if record.endswith(b"\r"):
        record = record[:-1]
    try:
        value = json.loads(record.decode("utf-8"), parse_int=parse_integer, parse_constant=refuse_constant)
    except (ValueError, RecursionError):  # RecursionError: nesting; ValueError: all the rest, bad UTF-8 too
        return None
    return value if isinstance(value, dict) and "jsonrpc" in value else None


def parse_integer(digits: str) -> "int | float":
    """I-JSON's numbers are doubles: 100000000000000000000 is 1e20, not an exact integer that can't travel back."""
    value = float(digits)
    return int(digits) if abs(value) <= SAFE else value


def refuse_constant(word: str) -> object:
    raise ValueError(f"{word} is no JSON")
