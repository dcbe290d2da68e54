"""What a value becomes on the wire, and which values can't."""

import datetime
import decimal
import json
import unittest

from sandpipe_sandbox.capture import split_output
from sandpipe_sandbox.encoder import NotSerializable, TooLarge, encode_frame


def through(value):
    frame = encode_frame({"v": value}, 10_000, 32)
    assert frame[:1] == b"\x1e" and frame[-1:] == b"\n" and b"\n" not in frame[1:-1]
    return json.loads(frame[1:].decode("utf-8"))["v"]


class Values(unittest.TestCase):
    def test_values_have_the_forms_of_the_table(self):
        self.assertEqual(through(2**53 - 1), 2**53 - 1)
        self.assertEqual(through(2**53 + 1), "9007199254740993")
        self.assertEqual(through(decimal.Decimal("1.10")), "1.10")
        self.assertEqual(through(b"\0\1\2"), "AAEC")
        self.assertEqual(through(datetime.date(1975, 5, 11)), "1975-05-11")
        berlin = datetime.timezone(datetime.timedelta(hours=1))
        self.assertEqual(through(datetime.datetime(2024, 1, 1, 1, tzinfo=berlin)), "2024-01-01T00:00:00Z")

    def test_lone_surrogates_are_replaced_and_pairs_joined(self):
        self.assertEqual(through("a\ud800b"), "a\ufffdb")
        self.assertEqual(through("\ud83d\ude00"), "\U0001f600")

    def test_what_json_cannot_hold_is_refused(self):
        cycle = []
        cycle.append(cycle)
        for value in (float("nan"), float("inf"), object(), {1: 2}, cycle, {"\ud800": 1, "\ufffd": 2}):
            with self.subTest(type(value).__name__), self.assertRaises(NotSerializable):
                through(value)

    def test_a_shared_value_is_no_cycle(self):
        shared = [1]
        self.assertEqual(through([shared, shared]), [[1], [1]])

    def test_size_and_depth_are_measured_before_the_host_does(self):
        empty = len(encode_frame({"v": ""}, 10_000, 32)) - 2
        self.assertEqual(len(encode_frame({"v": "x" * (100 - empty)}, 100, 32)), 102)
        with self.assertRaises(TooLarge):
            encode_frame({"v": "x" * (101 - empty)}, 100, 32)
        self.assertTrue(encode_frame({"v": [[]]}, 100, 3))
        with self.assertRaises(TooLarge):
            encode_frame({"v": [[[]]]}, 100, 3)


class Output(unittest.TestCase):
    def test_a_print_is_split_between_characters_into_frames_that_fit(self):
        for unit in ("x", "ä", "€", "😀", "\0"):
            data = (unit * 70_000).encode("utf-8")
            pieces = split_output(data, 65_536)
            self.assertEqual("".join(piece["text"] for piece in pieces).encode("utf-8"), data)
            for piece in pieces:
                encode_frame({"jsonrpc": "2.0", "method": "session.output", "params": piece}, 65_536, 32)

    def test_bytes_that_are_no_text_travel_as_base64(self):
        self.assertEqual(split_output(b"\xff\xfe", 65_536), [{"stream": "stdout", "base64": "//4="}])


if __name__ == "__main__":
    unittest.main()
