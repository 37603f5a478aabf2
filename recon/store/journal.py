"""The journal: an append-only, hash-chained log of what people decided. Current state is a function of it.

Each entry's hash covers its content and the hash before it, so a changed, removed or inserted entry shows.
"""

from __future__ import annotations

import datetime as dt
import getpass
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from recon.errors import ReconError
from recon.store.schema import JOURNAL, prepare

GENESIS = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One entry. `at` is UTC; `subject` is what it is about; `body` is JSON."""

    seq: int
    at: str
    actor: str
    kind: str
    subject: str
    body: Mapping[str, Any]


class Journal:
    """The log in a database. Safe for several writers: an append locks, reads the last hash and writes."""

    def __init__(self, url: str, shown: str) -> None:
        """Open, and create where it isn't there. Raises ReconError where the database can't be used."""
        self._shown = shown
        with self._said("opened"):
            self.database = sa.create_engine(url)
            prepare(self.database)

    def append(self, entries: Iterable[tuple[str, str, Mapping[str, Any]]], actor: str | None = None) -> int:
        """Write (kind, subject, body) entries in one transaction; returns how many."""
        who = actor or whoami()
        at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        with self.writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text("LOCK TABLE journal IN EXCLUSIVE MODE"))
            last = connection.execute(
                sa.select(JOURNAL.c.seq, JOURNAL.c.hash).order_by(JOURNAL.c.seq.desc()).limit(1)
            ).first()
            seq, previous = (last.seq, last.hash) if last else (0, GENESIS)
            rows = []
            for kind, subject, body in entries:
                seq += 1
                text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
                digest = _digest(previous, seq, at, who, kind, subject, text)
                rows.append({"seq": seq, "at": at, "actor": who, "kind": kind, "subject": subject, "body": text,
                             "previous": previous, "hash": digest})  # fmt: skip
                previous = digest
            if rows:
                connection.execute(sa.insert(JOURNAL), rows)
        return len(rows)

    def entries(self, kind: str) -> list[Entry]:
        """The entries of a kind, oldest first."""
        query = sa.select(JOURNAL).where(JOURNAL.c.kind == kind).order_by(JOURNAL.c.seq)
        with self._said("read"), self.database.connect() as connection:
            return [
                Entry(row.seq, row.at, row.actor, row.kind, row.subject, json.loads(row.body))
                for row in connection.execute(query)
            ]

    def head(self) -> dict[str, object]:
        """The newest entry's number and hash: what the journal says up to it can't change unseen."""
        query = sa.select(JOURNAL.c.seq, JOURNAL.c.hash).order_by(JOURNAL.c.seq.desc()).limit(1)
        with self._said("read"), self.database.connect() as connection:
            row = connection.execute(query).first()
        return {"seq": row.seq, "hash": row.hash} if row else {"seq": 0, "hash": GENESIS}

    def verify(self) -> list[str]:
        """One line for each entry whose hash or chain doesn't hold; empty for a whole journal."""
        faults = []
        previous = GENESIS
        with self._said("read"), self.database.connect() as connection:
            for expected, row in enumerate(connection.execute(sa.select(JOURNAL).order_by(JOURNAL.c.seq)), 1):
                digest = _digest(row.previous, row.seq, row.at, row.actor, row.kind, row.subject, row.body)
                if row.seq != expected or row.previous != previous or row.hash != digest:
                    faults.append(
                        f"journal entry {row.seq} ({row.kind} {row.subject}) was changed or its chain is broken"
                    )
                previous = row.hash
        return faults

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction; a database that refuses it becomes a ReconError."""
        with self._said("written to"), self.database.begin() as connection:
            yield connection

    @contextmanager
    def _said(self, what: str) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as fault:
            reason = str(getattr(fault, "orig", None) or fault).splitlines()[0]
            raise ReconError(
                f"{self._shown}: the store can't be {what} ({reason}); check that nobody else holds it and that it may be written."
            ) from fault


def whoami() -> str:
    """The person whose decisions these are: RECON_USER, else the login name."""
    try:
        return os.environ.get("RECON_USER") or getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _digest(previous: str, *parts: object) -> str:
    return hashlib.sha256(json.dumps([previous, *parts], ensure_ascii=False).encode()).hexdigest()
