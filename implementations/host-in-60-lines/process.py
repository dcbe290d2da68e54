"""The child process of a run: started, read, ended, reported. What its frames mean is for host.py."""
import asyncio, base64, os, signal
from wire import LF, RS, Splitter, encode, refusal

ALLOWED = ("PATH", "HOME", "LANG", "TZ", "TMPDIR")
DEFAULTS = {"maxFrameBytes": 1048576, "maxInFlight": 64, "callTimeoutMs": 30000, "runTimeoutMs": 600000,
            "maxDepth": 64, "maxOutputBytes": 16777216, "graceMs": 2000}


class Child(asyncio.SubprocessProtocol):
    def __init__(self, limits):
        self.limits = {**DEFAULTS, **limits}
        self.records, self.kept, self.total = Splitter(self.limits), {1: bytearray(), 2: bytearray()}, {1: 0, 2: 0}
        self.violations, self.skipped, self.reason, self.heard = [], 0, None, 0.0
        self.exited, self.drained = asyncio.Event(), asyncio.Event()

    def keep(self, fd, data):
        self.total[fd] += len(data)
        self.kept[fd] += data[: self.limits["maxOutputBytes"] - len(self.kept[fd])]

    def violate(self, requirement, detail):
        self.violations.append({"requirement": requirement, "detail": detail})

    def write(self, id, answer):
        stdin = self.process.get_pipe_transport(0)
        if not stdin.is_closing():
            stdin.write(encode(id, answer, self.limits["maxFrameBytes"]))

    def connection_made(self, transport):
        self.process = transport

    def pipe_data_received(self, fd, data):
        self.heard = asyncio.get_running_loop().time()
        if fd == 2:
            self.keep(2, data)
        else:
            self.take(self.records.feed(data))

    def take(self, found):
        for output, frame, violation in found:
            self.keep(1, output)
            if frame is not None:
                self.receive(frame)
            if violation is not None:
                self.skipped += violation["skipped"]
                self.violate("frame:violation:not-json", str(violation))
                if violation["code"]:
                    self.write(None, refusal(violation["code"]))

    def pipe_connection_lost(self, fd, error):
        if fd == 1:
            self.drained.set()

    def process_exited(self):
        self.exited.set()

    async def run(self, command, env):
        """Starts the command, waits for its exit, and reports."""
        loop = asyncio.get_running_loop()
        own = {name: os.environ[name] for name in ALLOWED if name in os.environ}
        told = {"SANDPIPE_PROTOCOL": "1", "SANDPIPE_TRANSPORT": "stdio"}
        try:
            await loop.subprocess_exec(lambda: self, *command, env={**own, **told, **env}, start_new_session=True)
        except OSError as error:
            return self.report({}, "failed", {"name": "spawn_failed", "message": str(error)})
        timer = loop.call_later(self.limits["runTimeoutMs"] / 1000, self.end, "timeout")
        await self.exited.wait()
        timer.cancel()
        self.signal_group(signal.SIGKILL)
        self.heard = loop.time()
        while not self.drained.is_set() and loop.time() - self.heard < self.limits["graceMs"] / 1000:
            await wait(self.drained, 0.02)
        self.take(self.records.close())
        code = self.process.get_returncode()
        self.process.close()
        return self.report({"code": code} if code >= 0 else {"signal": signal.Signals(-code).name}, *self.outcome(code))

    def end(self, reason):
        """Ends the run: close, the end of stdin, SIGTERM, SIGKILL."""
        if self.reason is None and not self.exited.is_set():
            self.reason = reason
            self.ending = asyncio.ensure_future(self.escalate())

    async def escalate(self):
        stdin = self.process.get_pipe_transport(0)
        if not stdin.is_closing():
            reason = self.reason.encode()
            stdin.write(RS + b'{"jsonrpc":"2.0","method":"session.close","params":{"reason":"%s"}}' % reason + LF)
            stdin.close()
        for step in signal.SIGTERM, signal.SIGKILL:
            await wait(self.exited, self.limits["graceMs"] / 1000)
            if not self.exited.is_set():
                self.signal_group(step)

    def signal_group(self, number):
        try:
            os.killpg(self.process.get_pid(), number)
        except ProcessLookupError:
            pass

    def report(self, exit, outcome, error=None, result=None, calls=0):
        text = lambda fd: base64.b64encode(self.kept[fd]).decode()
        return {"outcome": outcome, "exit": exit, "output": text(1), "stderr": text(2), "outputBytes": self.total[1],
                "stderrBytes": self.total[2], "outputTruncated": self.total[1] > len(self.kept[1]),
                "stderrTruncated": self.total[2] > len(self.kept[2]), "emits": [], "violations": self.violations[:100],
                "violationCount": len(self.violations), "skippedBytes": self.skipped, "calls": calls,
                **({"error": error} if error else {}), **(result or {})}


async def wait(event, seconds):
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except asyncio.TimeoutError:
        pass
