"""Why a pull cannot go on, in words that hold no secret."""


class Refusal(Exception):
    """One source cannot be pulled: the code, message and hint of its problem."""

    def __init__(self, *, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint
