"""Responses against calls: the v1 response vectors, ids, the queue, and the end of the transport."""

import asyncio
import json
import unittest
from pathlib import Path

from sandpipe_sandbox.errors import SandpipeError
from sandpipe_sandbox.session import Session, failure_of

FRAMES = Path(__file__).parents[3] / "conformance/vectors/v1/frames"


class Sessions(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.sent = []
        self.session = Session(lambda frame, _id: self.sent.append(json.loads(frame[1:])))

    async def start(self, count: int, **options):
        tasks = [asyncio.create_task(self.session.call("m", {"n": n}, **options)) for n in range(count)]
        await asyncio.sleep(0)
        return tasks

    def answer(self, call_id, **members):
        self.session.receive({"jsonrpc": "2.0", "id": call_id, **members})

    async def test_an_id_settles_its_own_call_by_value_and_type(self):
        first, second = await self.start(2)
        for foreign in ("1", True, 1.5, None, [1]):
            self.answer(foreign, result="foreign")
        self.answer(2, result=None)
        self.answer(2, result="again")
        self.answer(1, result="own")
        self.assertEqual(await asyncio.gather(first, second), ["own", None])

    async def test_calls_beyond_max_in_flight_wait_for_an_answer(self):
        tasks = await self.start(10)
        self.assertEqual(len(self.sent), 8)
        tasks[0].cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        # the cancelled call is unanswered still
        self.assertEqual([frame.get("method") for frame in self.sent[8:]], ["session.cancel"])
        self.answer(1, error={"code": 1007, "message": "cancelled", "data": {"kind": "cancelled"}})
        self.assertEqual(self.sent[-1]["id"], 9)
        for call_id in range(2, 11):
            self.answer(call_id, result=call_id)
        self.assertEqual(await asyncio.gather(*tasks[1:]), list(range(2, 11)))

    async def test_a_lost_transport_fails_each_pending_call_and_says_whether_it_may_have_run(self):
        tasks = await self.start(10)
        self.session.lose()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        self.assertEqual([end.data["mayHaveRun"] for end in ends], [True] * 8 + [False] * 2)
        with self.assertRaises(SandpipeError) as raised:
            await self.session.call("m")
        self.assertEqual(raised.exception.data, {"mayHaveRun": False})


class ResponseVectors(unittest.TestCase):
    def test_valid_responses_settle_and_invalid_ones_never_succeed(self):
        count = 0
        for name in ("SuccessResponse", "ErrorResponse"):
            for vector in json.loads((FRAMES / f"{name}.json").read_text("utf-8"))["vectors"]:
                value = vector.get("value")
                if not isinstance(value, dict) or "jsonrpc" not in value:
                    continue
                with self.subTest(vector["id"]):
                    failure = failure_of(value)
                    if vector["valid"]:
                        self.assertEqual(failure is None, name == "SuccessResponse")
                        self.assertNotEqual(getattr(failure, "code", None), "invalid_response")
                    elif "-id-" not in vector["id"]:  # those with a bad id name no call
                        self.assertIsNotNone(failure)
                        self.assertEqual(failure.code, "invalid_response")
                    count += 1
        self.assertGreater(count, 20)


if __name__ == "__main__":
    unittest.main()
