"""A host of the Sandpipe protocol, version 1, over stdio: what its frames mean, on wire.py and process.py."""
import asyncio, base64 as b64
from process import Child
from wire import Refused, key_of, refusal

class Session(Child):
    def __init__(self, methods, scope, limits):  # methods: name to coroutine function of params
        super().__init__(limits)
        self.methods, self.scope, self.state, self.result, self.flight, self.calls = methods, scope, "new", None, {}, 0

    def receive(self, frame):
        id, method, params = frame.get("id"), frame.get("method"), frame.get("params", {})
        valid = frame["jsonrpc"] == "2.0" and type(method) is str and len(method) <= 128 and type(params) is dict
        if "method" not in frame: return  # a response, or nothing: never answered
        if valid and "id" not in frame: return self.notice(method, params)
        taken = (key := key_of(id)) in self.flight
        fault = -32600 if not (valid and key) else 1009 if taken else self.fault(method, params)
        if not fault: return self.execute(key, method, {k: v for k, v in params.items() if k != "_meta"})
        data = {"id": id} if taken else {"supported": [1]} if fault == 1002 else {}
        self.write(id if key and not taken else None, refusal(fault, **data))

    def fault(self, method, params):  # the first one, in the order of the chapter on errors
        if method == "session.open" and self.state == "new":
            if type(params.get("runtime")) is not dict or type(params.get("features")) is not list: return -32602
            return 0 if params.get("protocol") == 1 else 1002
        if method == "session.result" and self.state == "open":
            return 0 if type(params.get("ok")) is bool and ("value" if params["ok"] else "error") in params else -32602
        if method == "session.open" or method == "session.result" and self.state == "done": return -32600
        if self.state != "open": return 1001
        return -32601 if method not in self.methods else 1006 if len(self.flight) >= self.limits["maxInFlight"] else 0

    def execute(self, key, method, params):
        if method == "session.open":
            self.state, listed = "open", [{"name": name, "idempotent": False} for name in self.methods]
            self.write(key[1], {"result": {"protocol": 1, "session": self.scope, "methods": listed, "datasources": [],
                                           "limits": self.limits, "script": {}, "features": []}})
        elif method == "session.result":
            self.state, self.result = "done", params
            for other in list(self.flight): self.settle(other, refusal(1007))
            self.write(key[1], {"result": {}})
        else:
            self.calls, self.flight[key] = self.calls + 1, asyncio.ensure_future(self.call(key, method, params))

    async def call(self, key, method, params):
        seconds = self.limits["callTimeoutMs"] / 1000
        try: answer = {"result": await asyncio.wait_for(self.methods[method](params), seconds)}
        except asyncio.TimeoutError: answer = refusal(1008)
        except Refused as error: answer = {"error": dict(zip(("code", "message", "data"), error.args))}
        except Exception: answer = refusal(-32603, "internal error")
        self.settle(key, answer)

    def settle(self, key, answer):  # the first answer of a call is its only one
        if task := self.flight.pop(key, None): task.cancel(), self.write(key[1], answer)

    def notice(self, method, params):  # a notification: nothing is executed, nothing is answered
        try:
            if method == "session.output" and ("text" in params) != ("base64" in params):
                data = b64.b64decode(params["base64"], validate=True) if "base64" in params else params["text"].encode()
                return self.keep({"stdout": 1, "stderr": 2}[params["stream"]], data)
            if self.state != "new" and method == "session.cancel" and key_of(params["id"]):
                return self.settle(key_of(params["id"]), refusal(1007))
            if self.state != "new" and method == "session.progress" and 0 <= params.get("fraction", 0) <= 1: return
        except (AttributeError, KeyError, TypeError, ValueError): pass
        self.violate("session:notification:unknown-dropped", method)

    def outcome(self, code):
        done = self.result or {}
        ended = "ok" if done.get("ok") and code == 0 else "failed" if code or self.state != "new" else "protocol_error"
        return self.reason or ended, done.get("error"), {"result": done["value"]} if done.get("ok") else {}, self.calls
