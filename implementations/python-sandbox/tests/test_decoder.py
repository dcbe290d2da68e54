"""The decoder plays every v1 stream vector, cut in many ways: a sandbox takes the frames and drops all else."""

import json
import math
import random
import unittest
from pathlib import Path

from sandpipe_sandbox.decoder import Decoder

STREAMS = Path(__file__).parents[3] / "conformance/vectors/v1/streams"


def to_bytes(parts) -> bytes:
    return b"".join(part_bytes(part) for part in ([parts] if isinstance(parts, dict) else parts))


def part_bytes(part) -> bytes:
    if "text" in part:
        return part["text"].encode("utf-8")
    if "hex" in part:
        return bytes.fromhex(part["hex"].replace(" ", ""))
    return part_bytes(part["of"]) * part["repeat"]


def expected_frames(events) -> list:
    frames = []
    for event in events:
        if "frame" in event:
            frames.append(event["frame"])
        elif "frameText" in event:
            frames.append(json.loads(to_bytes(event["frameText"]).decode("utf-8")))
        elif "anyFrame" in event:
            frames.append(None)
        elif "repeat" in event:
            frames += expected_frames(event["events"]) * event["repeat"]
    return frames


def same(expected, actual) -> bool:
    """As values: numbers are doubles, and 1 is not True."""
    if expected is None and isinstance(actual, dict):
        return True
    if isinstance(expected, dict) and isinstance(actual, dict):
        return expected.keys() == actual.keys() and all(same(expected[key], actual[key]) for key in expected)
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(same, expected, actual))
    if type(expected) in (int, float) and type(actual) in (int, float):
        return float(expected) == float(actual) or math.isnan(expected)
    return type(expected) is type(actual) and expected == actual


def decode(data: bytes, cuts: "list[int]", limit: int) -> list:
    decoder = Decoder(limit)
    edges = [0, *sorted(cuts), len(data)]
    return [frame for start, end in zip(edges, edges[1:]) for frame in decoder.push(data[start:end])]


class StreamVectors(unittest.TestCase):
    def test_each_vector_gives_its_frames_however_it_is_cut(self):
        seed = random.randrange(2**32)
        rng = random.Random(seed)
        count = 0
        for path in sorted(STREAMS.glob("*.json")):
            for vector in json.loads(path.read_text("utf-8"))["vectors"]:
                data = to_bytes(vector["bytes"])
                choices = [vector["events"], *vector.get("alternatives", [])]
                expected = [expected_frames(events) for events in choices]
                cuts = [[], [rng.randint(0, len(data)) for _ in range(5)]]
                if len(data) <= 2000:
                    cuts.append(list(range(len(data))))
                for cut in cuts:
                    with self.subTest(vector["id"], cut=cut[:9], seed=seed):
                        frames = decode(data, cut, vector["limits"]["maxFrameBytes"])
                        # maxDepth is the host's own: a deep record is a frame to this decoder
                        if any("too-deep" == event.get("violation") for event in vector["events"]):
                            continue
                        self.assertTrue(any(same(one, frames) for one in expected), frames)
                count += 1
        self.assertGreater(count, 150)


class Memory(unittest.TestCase):
    def test_a_record_beyond_the_limit_is_not_held(self):
        decoder = Decoder(100)
        list(decoder.push(b"\x1e"))
        for _ in range(1000):
            list(decoder.push(b"x" * 1000))
            self.assertLessEqual(len(decoder._record), 100)
        self.assertEqual(list(decoder.push(b'\n\x1e{"jsonrpc":"2.0"}\n')), [{"jsonrpc": "2.0"}])


if __name__ == "__main__":
    unittest.main()
