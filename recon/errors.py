"""The one exception a user may see, and the record of a fault in a source file.

Convention: bad *data* never raises. It becomes a `Problem` and the good rows go on. `ReconError` is for the
caller's mistakes and for input that can't be read at all; its text is one line: what, where, what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


class ReconError(Exception):
    """The caller's mistake, or input that can't be read: one line that says what, where and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


@dataclass(frozen=True, slots=True)
class Problem:
    """A located fault in a source file.

    `row` is the row as a spreadsheet numbers it (the first row of the file is 1), 0 for the file as a whole.
    An `error` kept its row out of the reconciliation; a `warning` did not.
    """

    severity: str
    source: str
    file: str
    row: int
    column: str
    value: str
    message: str


def unknown(what: str, name: str, known: Iterable[str]) -> ReconError:
    """The error for a name that does not exist: it answers with the ones that do."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return ReconError(f"unknown {what} {name!r}{hint} Known: {', '.join(names) or 'none'}.")
