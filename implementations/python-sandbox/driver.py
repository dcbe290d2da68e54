"""The driver of the conformance kit for scripts in Python: asks for steps and does them (spec/control/README.md)."""

import asyncio
import base64
import json
import os
import subprocess
import sys

PRINTS = {
    "print": ("stdout", "line", lambda text: print(text)),
    "sys.stdout.write": ("stdout", "text", lambda text: sys.stdout.write(text)),
    "sys.stdout.buffer.write": ("stdout", "bytes", lambda data: sys.stdout.buffer.write(data)),
    "sys.stderr.write": ("stderr", "text", lambda text: sys.stderr.write(text)),
    "os.write": ("either", "bytes", lambda data: write_all(data)),
}
ECHO_CHILD = "import sys; sys.stdout.write(sys.argv[1])"

if "SANDPIPE_DRIVER_GREETING" in os.environ:
    print(os.environ["SANDPIPE_DRIVER_GREETING"])


def write_all(data):
    while data:
        data = data[os.write(1, data):]


class Throws(dict):
    def items(self):
        raise RuntimeError("this value's conversion throws")


def unserializable(what):
    value = Throws(a=1) if what == "throws" else []
    if what == "cycle":
        value.append(value)
    return value


def print_step(step):
    _, takes, write = PRINTS[step["api"]]
    data = base64.b64decode(step["base64"]) if "base64" in step else step["text"].encode("utf-8", "surrogatepass")
    write(data if takes == "bytes" else data.decode("utf-8", "surrogatepass"))


async def large(ctx, step):
    text = "x" * step["size"]
    if step["what"] == "call":
        return await ctx.call("conformance.echo", {"step": step["n"], "text": text})
    if step["what"] == "emit":
        return ctx.emit("large", {"text/plain": text})
    return print(text)


def environment(name):
    with open("/proc/self/environ", "rb") as file:
        started = [entry.split(b"=", 1)[0] for entry in file.read().split(b"\0")]
    return {"seen": name in os.environ, "initial": os.fsencode(name) in started}


def nested(levels):
    value = 1
    for _ in range(levels):
        value = [value]
    return value


SHOWN = {
    "nested": "{'a': {'b': {'c': {'d': [1, {'e': 2}]}}}}, [[1, 2], ['x']]",
    "several": "'a', 1, [1, 2], {'a': 1}, True, 'two words'",
    "special": "10**30, None, float('nan'), -0.0, {1}, range(3), int, b'x'",
    "formatted": "'%s is %d', 5, '{}'",
    "throws": "type('T', (), {'__repr__': lambda self: 1 / 0})(), [type('T', (), {'__str__': lambda self: {}[1]})()]",
    "global": "globals()",
}


def show(what):
    """The print of a script, and what a process of its own prints for it."""
    source = f"print({SHOWN[what]})"
    exec(source, {})
    if what == "global":
        return {}
    child = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)
    return {"text": child.stdout} if child.returncode == 0 else {}


def keep(what):
    loop = asyncio.get_running_loop()
    if what == "server":
        return asyncio.ensure_future(asyncio.start_server(lambda *_: None, "127.0.0.1", 0))
    tick = lambda: loop.call_later(0.05, tick)  # noqa: E731
    return tick()


def patch():
    import builtins

    builtins.print = sys.stdout.write = sys.stdout.flush = lambda *_, **__: None


def busy(ms):
    import time

    end = time.monotonic() + ms / 1000
    while time.monotonic() < end:
        pass


async def do(ctx, step):
    """One step that can end later."""
    match step["do"]:
        case "call":
            return await ctx.call(step["method"], step.get("params"), timeout_ms=step.get("timeoutMs"))
        case "surrogate":
            text = "a\ud800b"
            return await ctx.call(step["method"], {"step": step["n"], "text": text, text: 1})
        case "nan":
            return await ctx.call(step["method"], {"step": step["n"], "value": float("nan")})
        case "deep" if step["what"] == "call":
            return await ctx.call("conformance.echo", {"step": step["n"], "value": nested(step["depth"] - 2)})
        case "deep":
            return ctx.emit("deep", {"application/json": nested(step["depth"] - 3)})
        case "show":
            return show(step["what"])
        case "process":
            return {"pid": os.getpid()}
        case "import":
            return __import__(step["name"]) and None
        case "spawn":
            child = await asyncio.create_subprocess_exec(sys.executable, "-c", ECHO_CHILD, step["text"])
            return await child.wait() and None
        case "large":
            return await large(ctx, step)
        case "emit":
            return ctx.emit(step["name"], step["data"], id=step.get("id"))
        case "progress":
            return ctx.progress(step.get("fraction"), step.get("message"))
        case "environment":
            return environment(step["name"])
        case "keep":
            keep(step["what"])
        case "patch":
            patch()
        case "busy":
            busy(step["ms"])
        case unknown:
            raise Unsupported(unknown)


class Unsupported(Exception):
    code = "unsupported"


class Driver:
    def __init__(self, ctx):
        self.ctx = ctx
        self.tasks = {}
        self.done = []
        self.over = False

    def report(self, n, result=None, error=None):
        entry = {"n": n, "result": result} if error is None else {"n": n, "error": error}
        self.print(entry) if self.over else self.done.append(entry)

    def print(self, entry):
        print("conformance.done " + json.dumps(entry), file=sys.stderr, flush=True)

    async def work(self, step):
        try:
            self.report(step["n"], await do(self.ctx, step))
        except asyncio.CancelledError:
            self.report(step["n"], error={"code": "cancelled", "message": "the step was cancelled"})
        except Exception as error:
            told = {"code": getattr(error, "code", "error"), "message": str(error), "data": getattr(error, "data", None)}
            self.report(step["n"], error=told)

    async def start(self, step):
        """Ends after the step has sent what it sends at once: a Python task runs nothing before the next turn."""
        if step["do"] == "await":
            await asyncio.wait([self.tasks[step["of"]]])
        elif step["do"] == "cancel":
            self.tasks[step["of"]].cancel()
        elif step["do"] == "print":
            print_step(step)
        else:
            self.tasks[step["n"]] = asyncio.create_task(self.work(step))
            return await asyncio.sleep(0)
        self.report(step["n"])

    async def next(self, params):
        try:
            return (await self.ctx.call("conformance.next", params))["steps"]
        except Exception as error:
            print(f"conformance.next failed: {error}", file=sys.stderr)
            return None


FEATURES = (
    "spawn emit progress keep busy stall large patch environment surrogate nan unserializable greeting "
    "deep show process import"
).split()


async def main(ctx):
    driver = Driver(ctx)
    prints = [{"name": name, "stream": stream, "takes": takes} for name, (stream, takes, _) in PRINTS.items()]
    who = {"name": "sandpipe-driver-python", "language": "python", "features": FEATURES, "prints": prints}
    done = []
    steps = await driver.next({"driver": who})
    while steps is not None:
        for step in steps:
            match step["do"]:
                case "throw":
                    raise Exception(step["message"])
                case "exit":
                    sys.exit(step["code"])
                case "result":
                    return step.get("value")
                case "unserializable":
                    return unserializable(step["what"])
                case "large" if step["what"] == "result":
                    return "x" * step["size"]
                case "stall":
                    await asyncio.get_running_loop().create_future()
            await driver.start(step)
        done, driver.done = driver.done, []
        steps = await driver.next({"done": done})
    driver.over = True
    for entry in [*done, *driver.done]:  # those of the request that failed have reached nobody either
        driver.print(entry)
    await asyncio.wait(driver.tasks.values()) if driver.tasks else None
