"""What is wrong with a formula, in words, and where."""

from django.utils.functional import Promise


class FormulaError(Exception):
    """`code` for programs, `message` for people, `position` the character it is about (from 0)."""

    def __init__(self, code: str, message: str | Promise, position: int = 0) -> None:
        super().__init__(code)
        self.code, self.message, self.position = code, message, position

    def __str__(self) -> str:
        return str(self.message)
