"""The environment contract, by the v1 vectors that end a sandbox."""

import json
import unittest
from pathlib import Path

from sandpipe_sandbox.environment import read_environment
from sandpipe_sandbox.errors import StartFault

VECTORS = Path(__file__).parents[3] / "conformance/vectors/v1/frames/Environment.json"


class EnvironmentVectors(unittest.TestCase):
    def test_a_bad_value_ends_the_start_with_64_and_a_right_one_does_not(self):
        played = {True: 0, False: 0}
        for vector in json.loads(VECTORS.read_text("utf-8"))["vectors"]:
            value = vector.get("value")
            # An environment holds texts only: other types are for those who read it from JSON.
            if not isinstance(value, dict) or any(not isinstance(one, str) for one in value.values() if one != {"a": [1]}):
                continue
            variables = {name: one for name, one in value.items() if isinstance(one, str)}
            with self.subTest(vector["id"]):
                self.assertEqual(exit_code(variables) == 64, not vector["valid"])
                played[vector["valid"]] += 1
        self.assertGreaterEqual(min(played.values()), 5)

    def test_no_version_in_common_ends_with_69(self):
        for offered in (None, "0", "2", "", "11"):
            variables = {} if offered is None else {"SANDPIPE_PROTOCOL": offered}
            self.assertEqual(exit_code(variables), 69)
        self.assertEqual(exit_code({"SANDPIPE_PROTOCOL": "0,1", "SANDPIPE_TRANSPORT": "stdio"}), None)


def exit_code(variables: dict) -> "int | None":
    try:
        read_environment(variables, None)
    except StartFault as fault:
        return fault.exit_code
    return None


if __name__ == "__main__":
    unittest.main()
