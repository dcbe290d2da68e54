"""Plugs the host into the conformance kit: its control protocol on stdin and stdout, and its methods."""
import asyncio, json, sys
from host import Refused, Session


def methods(counts):
    async def echo(params):
        return params

    async def delay(params):
        await asyncio.sleep(params["ms"] / 1000)
        return params.get("value")

    async def fail(params):
        raise Refused(params["code"], params["message"], *([params["data"]] if "data" in params else []))

    async def throw(params):
        raise RuntimeError("secret of the host")

    async def count(params):
        counts[params["key"]] = counts.get(params["key"], 0) + 1
        return counts[params["key"]]

    async def size(params):
        return "x" * params["size"]

    every = {"echo": echo, "delay": delay, "fail": fail, "throw": throw, "count": count, "bytes": size, "hidden": echo}
    return {f"conformance.{name}": method for name, method in every.items()}


def say(**message):
    sys.stdout.buffer.write(json.dumps(message).encode() + b"\n")
    sys.stdout.buffer.flush()


async def run(message, sessions):
    offered = methods({})
    scope = {"id": message["run"], **message["session"]}
    session = Session({name: offered[name] for name in message["methods"]}, scope, message["limits"])
    sessions[message["run"]] = session
    report = await session.run(message["command"], message.get("env", {}))
    del sessions[message["run"]]
    say(op="ended", run=message["run"], report=report)


async def main():
    stdin = asyncio.StreamReader(limit=1 << 25)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdin), sys.stdin)
    sessions, runs = {}, set()
    while line := await stdin.readline():
        message = json.loads(line)
        op, name = message.get("op"), message.get("run")
        if op == "describe":
            say(op=op, control=1, name="host-in-60-lines", version="1", language="python", protocols=[1],
                transports=["stdio"], features=["progress"], maxRuns=8)
        elif op == "run":
            runs.add(asyncio.ensure_future(run(message, sessions)))
        elif op == "cancel" and name in sessions:
            sessions[name].end("killed")
        elif op == "exit":
            break
        else:
            say(op="error", message=f"unknown op {op!r} or run {name!r}", **({"run": name} if name else {}))
    for session in list(sessions.values()):
        session.end("killed")
    await asyncio.gather(*runs)


asyncio.run(main())
