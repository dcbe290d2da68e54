"""Values to frames: compact I-JSON between RS and LF, or a reason why not (frame:emit:well-formed)."""

import base64
import datetime
import decimal
import json
import math
from collections.abc import Mapping

from .decoder import SAFE


class NotSerializable(ValueError):
    """A value that JSON can't hold."""


class TooLarge(ValueError):
    """A frame beyond maxFrameBytes or maxDepth: the host's refusal would have id null and settle nothing."""


def encode_frame(frame: dict, max_frame_bytes: int, max_depth: int) -> bytes:
    """RS, JSON, LF. Raises NotSerializable, and TooLarge before the host would."""
    plain = to_json(frame, set(), max_depth)
    text = json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")
    if len(text) > max_frame_bytes:
        raise TooLarge(f"the frame has {len(text)} bytes, more than maxFrameBytes, {max_frame_bytes}")
    return b"\x1e" + text + b"\n"


def to_json(value: object, above: set, max_depth: int) -> object:
    """The value in JSON's types by the forms of spec/v1/datasources.md; `above` holds the containers it lies in."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, int):
        return int(value) if abs(value) <= SAFE else str(int(value))
    if isinstance(value, float):
        if not math.isfinite(value):
            raise NotSerializable(f"{value} has no form in JSON")
        return float(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(value).decode()
    if isinstance(value, decimal.Decimal):
        return format(value, "f") if value.is_finite() else str(value)
    if isinstance(value, datetime.datetime):
        return iso_text(value)
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if not isinstance(value, (list, tuple, Mapping)):
        raise NotSerializable(f"{type(value).__name__} has no form in JSON")
    if id(value) in above:
        raise NotSerializable("the value holds itself")
    if len(above) >= max_depth:
        raise TooLarge(f"the frame is nested deeper than maxDepth, {max_depth}")
    above.add(id(value))
    if isinstance(value, Mapping):
        copy: object = object_members(value, above, max_depth)
    else:
        copy = [to_json(member, above, max_depth) for member in value]
    above.discard(id(value))
    return copy


def object_members(value: Mapping, above: set, max_depth: int) -> dict:
    members: dict = {}
    for key, member in value.items():
        # json.dumps would write 1 and "1" as one name twice: I-JSON forbids that
        if not isinstance(key, str):
            raise NotSerializable(f"the name {key!r} is no text; use str() on it")
        name = well_formed(key)
        if name in members:
            raise NotSerializable(f"the name {name!r} is there twice, once its lone surrogates are replaced")
        members[name] = to_json(member, above, max_depth)
    return members


def iso_text(value: datetime.datetime) -> str:
    if value.tzinfo is not None:
        return value.astimezone(datetime.timezone.utc).replace(tzinfo=None).isoformat() + "Z"
    return value.isoformat()


def well_formed(text: str) -> str:
    """Lone surrogates become U+FFFD, pairs of them their character."""
    try:
        text.encode("utf-8")
        return str(text)
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
