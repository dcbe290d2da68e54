"""Framing of the Sandpipe protocol, version 1: bytes to frames, output and violations. Nothing here knows a session."""
import itertools, json, re

RS, LF = b"\x1e", b"\n"
KINDS = dict(enumerate(["session_not_open", "unsupported_protocol", "not_found", "out_of_scope", "limit_exceeded",
                        "busy", "cancelled", "deadline_exceeded", "duplicate_id", "unavailable", "unauthorized"], 1001))


class Refused(Exception):
    """A method's own error: code from 2000, message, data."""


def key_of(id):
    """What a call is known by, its id with its type; None where that is no id."""
    good = type(id) is str and 0 < len(id) <= 128 or type(id) is int and abs(id) < 2**53
    return (type(id), id) if good else None


def refusal(code, message="refused", **data):
    """An error as a response carries it; Sandpipe's own codes bring their kind."""
    data = {"kind": KINDS[code], **data} if code in KINDS else data
    return {"error": {"code": code, "message": message, **({"data": data} if data else {})}}


def encode(id, answer, most):
    """One response as a frame, or limit_exceeded in its place where it is too large."""
    frame = {"jsonrpc": "2.0", "id": id, **answer}
    data = json.dumps(frame, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    return RS + data + LF if len(data) <= most else encode(id, refusal(1005), most)


def judge(record, most):
    """The frame that a record is, or the code of the error that it deserves, or None where it deserves no answer."""
    try:
        text = record.decode()
        outside_strings = re.sub(r'"(?:[^"\\]|\\.)*"', "", text)
        steps = ({"{": 1, "[": 1, "}": -1, "]": -1}.get(character, 0) for character in outside_strings)
        if max(itertools.accumulate(steps), default=0) > most:
            return 1005
        frame = json.loads(text)
        json.dumps(frame, ensure_ascii=False, allow_nan=False).encode()  # refuses NaN, 1e400 and lone surrogates
    except (ValueError, RecursionError):
        return -32700
    if not isinstance(frame, dict):
        return -32700
    return frame if "jsonrpc" in frame else None


class Splitter:
    """Splits stdout on the bytes RS and LF, in whatever pieces it comes; yields (output, frame, violation)."""

    def __init__(self, limits):
        self.limits, self.record, self.size = limits, None, 0

    def feed(self, data):
        for piece in re.split(b"([\x1e\n])", data):
            if piece == RS or (piece == LF and self.record is not None):
                yield from self.close(piece)
            elif self.record is None:
                yield piece, None, None
            else:
                self.size += len(piece)
                self.record += piece[: max(0, self.limits["maxFrameBytes"] + 1 - len(self.record))]

    def close(self, end=b""):
        """A record has ended: by LF, by the RS of the next one, or with the stream."""
        record, size = self.record, self.size
        self.record, self.size = bytearray() if end == RS else None, 0
        if record is None:
            return
        large = size > self.limits["maxFrameBytes"]
        found = 1005 if large else judge(record, self.limits["maxDepth"]) if end == LF else -32700
        if isinstance(found, dict):
            yield b"", found, None
        else:
            output = b"" if large else RS + record + end.replace(RS, b"")
            yield output, None, {"code": found if end else None, "skipped": size if large else 0}
