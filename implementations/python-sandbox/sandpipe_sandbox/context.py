"""`ctx`: what a script gets."""

from .session import Session


class Methods:
    """`ctx.files.read(fileId="f1")` is `ctx.call("files.read", {"fileId": "f1"})`."""

    def __init__(self, session: Session, prefix: str):
        self._session = session
        self._prefix = prefix

    def __getattr__(self, name: str):
        if name.startswith("__"):
            raise AttributeError(name)

        async def call(conversation_id: "str | None" = None, **params: object) -> object:
            if conversation_id is not None:  # as the founding document writes files.list
                params["conversationId"] = conversation_id
            return await self._session.call(f"{self._prefix}.{name}", params)

        return call


class Context:
    """Calls, and what the host told at the open: `session`, `params`, `limits`, `methods`, `scratch`, `features`."""

    def __init__(self, session: Session, opened: dict):
        self._session = session
        self.session = opened["session"]
        self.params = opened["script"].get("params")
        self.limits = opened["limits"]
        self.methods = opened["methods"]
        self.features = opened["features"]
        self.scratch = opened.get("scratch", {}).get("path")
        self.files = Methods(session, "files")
        self.projects = Methods(session, "projects")
        self.conversations = Methods(session, "conversations")

    async def call(self, method: str, params: "dict | None" = None, *, timeout_ms: "float | None" = None) -> object:
        """The call's result, or SandpipeError. No timeout by default (0 is none). Cancel the awaiting task to abort."""
        return await self._session.call(method, params, timeout_ms)

    def emit(self, name: str, data: dict, *, id: "str | None" = None) -> None:
        """Shows something before the end: `data` maps MIME types to forms (session:emit:reported)."""
        self._session.notify("session.emit", {"name": name, "data": data, **({} if id is None else {"id": id})})

    def progress(self, fraction: "float | None" = None, message: "str | None" = None) -> None:
        told = {"fraction": fraction, "message": message}
        self._session.notify("session.progress", {name: value for name, value in told.items() if value is not None})
