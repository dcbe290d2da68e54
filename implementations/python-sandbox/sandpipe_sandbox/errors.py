"""The two families of error: from the wire (code is an int) and local (code is a text)."""


class SandpipeError(Exception):
    """A call that failed: `code` is the host's number, or a local word such as `transport_lost`."""

    def __init__(self, code: "int | str", message: str, data: object = None):
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


class StartFault(Exception):
    """The start is impossible: one line for stderr and the exit code (64 or 69)."""

    def __init__(self, exit_code: int, line: str):
        super().__init__(line)
        self.exit_code = exit_code
