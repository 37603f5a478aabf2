"""The review: a queue of a cycle's discrepancies, ranked by money, in which people decide.

Python computes everything that is shown; the browser only filters, sorts and draws. They talk by custom
messages, so that nothing of a client's data is kept in the notebook's widget state:

| from the browser | answer |
|---|---|
| `ready` | `queue`: words and totals, with the columns as one binary buffer |
| `detail` (row) | `detail`: both sides, lines and history of that row |
| `decide` (rows, action, note, until) | `decided`: changed statuses and the new totals |
| any | `error`: one line, when it could not be done |
"""

import html
import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import anywidget
import pandas as pd

from recon.discrepancies.kinds import KINDS
from recon.errors import ReconError
from recon.ui import words
from recon.ui.detail import detail
from recon.ui.queue import Queue

_STATIC = Path(__file__).parent / "static"
# One ES module for anywidget, written as several files: each may use what stands before it.
_SCRIPTS = ("exact", "dom", "queue", "selection", "grid", "filters", "detail", "decide", "review")

_log = logging.getLogger(__name__)


class Kind(Protocol):
    """What the review shows of a kind of discrepancy."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def says(self) -> str: ...
    @property
    def people_usually(self) -> str: ...


class Reviewable(Protocol):
    """The part of a reconciliation that the review needs."""

    @property
    def cycle(self) -> object: ...
    @property
    def discrepancies(self) -> pd.DataFrame: ...
    @property
    def clients(self) -> pd.DataFrame: ...
    @property
    def services(self) -> pd.DataFrame: ...
    def lines_of(self, discrepancy_id: str) -> pd.DataFrame: ...
    def history(self, discrepancy_id: str) -> pd.DataFrame: ...
    def decide(self, ids: Sequence[str], action: str, note: str = "", until: str | None = None) -> pd.DataFrame: ...


def _script() -> str:
    return "\n".join((_STATIC / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS)


class ReviewWidget(anywidget.AnyWidget):
    """The review of one reconciliation, for JupyterLab; elsewhere one line of text says what it is."""

    _esm = _script()
    _css = (_STATIC / "review.css").read_text(encoding="utf-8")

    def __init__(self, rec: Reviewable, kinds: Sequence[Kind] = KINDS) -> None:
        """`kinds`: the titles and meanings that are shown; a kind that is not among them shows its name."""
        super().__init__()
        self._rec = rec
        self._queue = Queue(rec.discrepancies)
        self._words = _words(rec, kinds)
        # JupyterLab may deliver messages on a thread of its own (kernel subshells): one at a time.
        self._one_at_a_time = threading.Lock()
        self.on_msg(self._receive)

    def _receive(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        """Answer one message; whatever goes wrong is told in the widget, where the person is looking."""
        answers = {"ready": self._ready, "detail": self._detail, "decide": self._decide}
        with self._one_at_a_time:
            try:
                answers[content["type"]](content)
            except ReconError as error:
                self._answer(content, "error", line=str(error), asked=content.get("type"))
            except Exception as error:  # noqa: BLE001 - nobody sees an exception raised inside a comm callback
                _log.warning("the review could not answer %r", content.get("type"), exc_info=True)
                line = " ".join(f"unexpected {type(error).__name__}: {error}".split())
                self._answer(content, "error", line=line, asked=content.get("type"))

    def _answer(self, request: dict[str, Any], kind: str, buffers: Sequence[bytes] = (), **content: Any) -> None:
        self.send({"type": kind, "view": request.get("view"), **content}, list(buffers))

    def _ready(self, request: dict[str, Any]) -> None:
        self._answer(request, "queue", [self._queue.columns()], words=self._words, totals=self._queue.totals())

    def _detail(self, request: dict[str, Any]) -> None:
        position = int(request["row"])
        row = self._queue.row(position)
        name = row["discrepancy_id"]
        self._answer(
            request,
            "detail",
            row=position,
            detail=detail(row, self._rec.lines_of(name), self._rec.history(name)),
        )

    def _decide(self, request: dict[str, Any]) -> None:
        ids = self._queue.ids_at([int(row) for row in request["rows"]])
        action, note = str(request["action"]), str(request.get("note") or "").strip()
        decided = self._rec.decide(ids, action, note, request.get("until") or None)
        changed = self._queue.record(
            (str(name), str(status)) for name, status in zip(decided["discrepancy_id"], decided["status"], strict=True)
        )
        self._answer(
            request,
            "decided",
            action=action,
            rows=list(changed),
            statuses=list(changed.values()),
            totals=self._queue.totals(),
        )

    @property
    def summary(self) -> str:
        """One line: how many discrepancies wait for a decision, and their absolute impact per currency."""
        totals = self._queue.totals()
        stake = [f"{currency} {amount}" for currency, amount, _ in totals["at_stake"]]
        counts = f"{totals['waiting']} of {totals['rows']} discrepancies to decide"
        return f"{self._rec.cycle}: {counts}, at stake {' and '.join(stake) or 'nothing'}"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The widget, and a sentence for pages that cannot run one (reports, GitHub, printouts)."""
        bundle: tuple[dict[str, Any], dict[str, Any]] | None = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        text = f"Review of {self.summary} (interactive control: open the notebook in JupyterLab)"
        data, metadata = bundle
        return {**data, "text/plain": text, "text/html": f"<p><em>{html.escape(text)}</em></p>"}, metadata


def review(rec: Reviewable, kinds: Sequence[Kind] = KINDS) -> ReviewWidget:
    """A widget in which a person works through `rec`'s discrepancies and decides them.

    Decisions go through `rec.decide` at once; nothing is kept in the widget.
    """
    return ReviewWidget(rec, kinds)


def _words(rec: Reviewable, kinds: Sequence[Kind]) -> dict[str, Any]:
    meanings = {kind.name: {"says": kind.says, "usually": kind.people_usually} for kind in kinds}
    return {
        "cycle": str(rec.cycle),
        "meanings": meanings,
        "labels": {
            "kind": {kind.name: kind.title for kind in kinds},
            "leg": words.LEGS,
            "client": _names(rec.clients),
            "service": _names(rec.services),
            "direction": words.DIRECTIONS,
            "status": words.STATUSES,
            "measure": words.MEASURES,
        },
        "direction_help": words.DIRECTION_HELP,
        "to_decide": words.TO_DECIDE,
        "actions": words.ACTIONS,
    }


def _names(catalog: pd.DataFrame) -> dict[str, str]:
    """{code: name} of a catalog frame, whose first column is the code."""
    return {str(code): str(name) for code, name in zip(catalog.iloc[:, 0], catalog["name"], strict=True)}
