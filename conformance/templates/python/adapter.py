"""
Plugs a host into Sandpipe's conformance kit: the kit's messages come as JSON lines on stdin, replies go out as JSON
lines on stdout, stderr is free text. The adapter ends when `exit` or the end of stdin comes.

    npx sandpipe smoke host -- python3 adapter.py    is it wired up? It is, as it stands.
    npx sandpipe test host -- python3 adapter.py     is the host right? The one below isn't: put your own in its place.
"""
import base64
import json
import os
import signal
import subprocess
import sys
import threading

# ---- Your host. All from here to the next line is what your own library does, better. ----


def run_session(message, started):
    """Runs one session and returns the report of how it ended. Calls `started` with what cancels it."""
    env = {"PATH": os.environ["PATH"], "SANDPIPE_PROTOCOL": "1", "SANDPIPE_TRANSPORT": "stdio", **message.get("env", {})}
    try:
        child = subprocess.Popen(message["command"], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 start_new_session=True)
    except OSError as error:
        return report("failed", {}, error={"name": "spawn_failed", "message": str(error)})
    started(child.kill)
    output, result, calls = b"", {}, 0

    def answer(id, **body):
        child.stdin.write(b"\x1e" + json.dumps({"jsonrpc": "2.0", "id": id, **body}).encode() + b"\n")
        child.stdin.flush()

    for line in child.stdout:  # a line ends at LF only
        if not line.startswith(b"\x1e"):
            output += line
            continue
        frame = json.loads(line[1:])
        id, method, params = frame["id"], frame["method"], frame.get("params", {})
        if method == "session.open":
            told = [{"name": name, "idempotent": False} for name in message["methods"]]
            answer(id, result={"protocol": 1, "session": {"id": "s1", **message["session"]}, "methods": told,
                               "limits": message["limits"], "datasources": [], "script": {}, "features": []})
        elif method == "session.result":
            result = {"result": params.get("value")}
            answer(id, result={})
        elif method == "conformance.echo":
            calls += 1
            answer(id, result=params)
        else:
            answer(id, error={"code": -32601, "message": "unknown method"})
    code = child.wait()
    if code < 0:
        return report("killed", {"signal": signal.Signals(-code).name}, output=output, calls=calls)
    return report("ok" if code == 0 and result else "failed", {"code": code}, output=output, calls=calls, **result)


def report(outcome, exit, output=b"", calls=0, **more):
    text = base64.b64encode(output).decode()
    return {"outcome": outcome, "exit": exit, "output": text, "stderr": "", "emits": [], "violations": [],
            "calls": calls, **more}


# ---- The adapter: nothing below need be changed, but what `describe` says. ----

DESCRIPTION = {
    "name": "my-host",
    "version": "0.0.0",
    "language": "python",
    "protocols": [1],
    "transports": ["stdio"],
    # Declare what your host has: fixture, emit, upload, materialize, adopt, files.write, progress, isolation…
    "features": [],
    "maxRuns": 4,
}

lock = threading.Lock()
cancels = {}


def say(**message):
    with lock:
        sys.stdout.buffer.write(json.dumps(message).encode() + b"\n")
        sys.stdout.buffer.flush()


def run(message):
    name = message["run"]
    ended = run_session(message, lambda cancel: cancels.__setitem__(name, cancel))
    cancels.pop(name, None)
    say(op="ended", run=name, report=ended)


def main():
    for line in sys.stdin.buffer:
        message = json.loads(line)
        op, name = message.get("op"), message.get("run")
        if op == "describe":
            say(op="describe", control=1, **DESCRIPTION)
        elif op == "run":
            threading.Thread(target=run, args=(message,), daemon=True).start()
        elif op == "cancel" and name in cancels:
            cancels[name]()
        elif op == "exit":
            break
        else:
            say(op="error", message=f"unsupported: {op}", **({"run": name} if isinstance(name, str) else {}))
    for cancel in list(cancels.values()):
        cancel()


main()
