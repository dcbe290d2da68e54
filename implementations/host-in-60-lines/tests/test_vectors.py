"""The host plays the kit's vectors: every v1 stream cut in many ways, and every request of v1 by its envelope."""

import asyncio
import json
import random
import unittest
from pathlib import Path

from host import Session
from wire import Splitter

VECTORS = Path(__file__).parents[3] / "conformance/vectors/v1"


def vectors(kind):
    for path in sorted((VECTORS / kind).glob("*.json")):
        yield from json.loads(path.read_text("utf-8"))["vectors"]


def part_bytes(part):
    if "text" in part:
        return part["text"].encode()
    return bytes.fromhex(part["hex"]) if "hex" in part else part_bytes(part["of"]) * part["repeat"]


def to_bytes(parts):
    return b"".join(map(part_bytes, parts))


def expand(events):
    for event in events:
        if "repeat" in event:
            yield from list(expand(event["events"])) * event["repeat"]
        elif "frameText" in event:
            yield {"frame": json.loads(to_bytes(event["frameText"]))}
        else:
            yield event


def expected(events):
    """Frames and output in one sequence, bytes skipped by violation, codes of the answers."""
    stream, skipped, codes = [], [], []
    for event in expand(events):
        if "output" in event:
            add_output(stream, to_bytes(event["output"]))
        elif "violation" in event:
            skipped.append(event.get("skipped", 0))
        elif "answer" in event:
            codes.append(event["answer"]["code"])
        else:
            stream.append(event.get("frame", ANY))
    return stream, skipped, codes


ANY = object()


def add_output(stream, data):
    if data and stream and isinstance(stream[-1], bytes):
        stream[-1] += bytes(data)
    elif data:
        stream.append(bytes(data))


def decode(data, cuts, limits):
    stream, skipped, codes = [], [], []
    splitter, edges = Splitter(limits), [0, *cuts, len(data)]
    found = [one for start, end in zip(edges, edges[1:]) for one in splitter.feed(data[start:end])]
    for output, frame, violation in found + list(splitter.close()):
        add_output(stream, output)
        if frame is not None:
            stream.append(frame)
        if violation is not None:
            skipped.append(violation["skipped"])
            codes += [violation["code"]] if violation["code"] else []
    return stream, skipped, codes


def same(wanted, got):
    """As values: numbers are doubles, and 1 is not True."""
    if wanted is ANY:
        return isinstance(got, dict)
    if isinstance(wanted, dict) and isinstance(got, dict):
        return wanted.keys() == got.keys() and all(same(wanted[key], got[key]) for key in wanted)
    if isinstance(wanted, (list, tuple)) and isinstance(got, (list, tuple)):
        return len(wanted) == len(got) and all(map(same, wanted, got))
    if type(wanted) in (int, float) and type(got) in (int, float):
        return float(wanted) == float(got)
    return type(wanted) is type(got) and wanted == got


class Vectors(unittest.TestCase):
    def test_each_stream_comes_to_its_events_however_it_is_cut(self):
        seed = random.randrange(2**32)
        chance, count = random.Random(seed), 0
        for vector in vectors("streams"):
            data = to_bytes(vector["bytes"])
            choices = [expected(events) for events in [vector["events"], *vector.get("alternatives", [])]]
            cuts = [[], sorted(chance.randint(0, len(data)) for _ in range(5))]
            if len(data) <= 2000:
                cuts.append(list(range(1, len(data))))
            for cut in cuts:
                with self.subTest(vector["id"], cut=cut[:9], seed=seed):
                    got = decode(data, cut, vector["limits"])
                    self.assertTrue(any(same(one, got) for one in choices), got)
            count += 1
        self.assertGreater(count, 150)

    def test_each_request_is_executed_or_refused_by_its_envelope(self):
        count = 0
        for vector in vectors("frames"):
            frame = vector.get("value")
            if vector["type"] != "Request" or not isinstance(frame, dict):
                continue
            if not {"jsonrpc", "method", "id"} <= frame.keys() or str(frame["method"]).startswith("session."):
                continue
            with self.subTest(vector["id"]):
                answers = asyncio.run(answers_to(frame))
                # a `_meta` that is wrong is ignored: the request is executed
                if "error" not in vector.get("refused", {}):
                    self.assertEqual([list(answer) for answer in answers], [["result"]])
                else:
                    codes = [answer.get("error", {}).get("code") for answer in answers]
                    self.assertEqual(codes, [vector["refused"]["error"]["code"]])
            count += 1
        self.assertGreater(count, 20)


async def answers_to(frame):
    answers = []

    async def echo(params):
        return params

    class Opened(Session):
        def write(self, id, answer):
            answers.append(answer)

    session = Opened({frame["method"]: echo} if isinstance(frame["method"], str) else {}, {}, {})
    session.state = "open"
    session.receive(frame)
    if session.flight:
        await asyncio.wait(list(session.flight.values()))
    return answers


if __name__ == "__main__":
    unittest.main()
