"""The journal: append-only, chained by hashes, safe for several writers, and clear where it can't be used."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.errors import ReconError
from recon.store import snapshots
from recon.store.journal import GENESIS, Journal
from recon.store.schema import METADATA

COLUMNS = ["seq", "at", "actor", "kind", "subject", "body", "previous", "hash"]
HOSTILE = ["'; DROP TABLE journal;--", '"', "=cmd", "two\nlines", "Café 日本", "\\", "%s", ":name", ""]


def opened(folder: Path) -> Journal:
    return Journal(f"sqlite:///{folder / 'recon.sqlite'}", "recon.sqlite")


def filled(folder: Path, count: int = 4) -> Journal:
    log = opened(folder)
    log.append([("decision", f"d{number}", {"action": "accept", "number": number}) for number in range(count)], "ana")
    return log


@contextmanager
def raw(folder: Path, *, guarded: bool = False) -> Iterator[sqlite3.Connection]:
    """The file behind the store's back; unless `guarded`, without the triggers that keep it append-only."""
    with closing(sqlite3.connect(folder / "recon.sqlite", isolation_level=None)) as connection:
        if not guarded:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f'DROP TRIGGER "{name}"')
        yield connection


def test_entries_come_back_as_they_were(tmp_path: Path) -> None:
    log = opened(tmp_path)
    entries = [("decision", text, {"note": text, "none": None, "list": [1, text]}) for text in HOSTILE]
    assert log.append(entries, "ana") == len(HOSTILE)
    assert log.append([("other", "x", {})]) == 1
    again = opened(tmp_path)
    found = again.entries("decision")
    assert [(one.kind, one.subject, dict(one.body)) for one in found] == entries
    assert [one.seq for one in found] == list(range(1, len(HOSTILE) + 1))
    assert {one.actor for one in found} == {"ana"}
    assert again.verify() == []


def test_the_actor_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECON_USER", "Ana O'Neill")
    log = opened(tmp_path)
    log.append([("decision", "d", {})])
    assert log.entries("decision")[0].actor == "Ana O'Neill"


def test_each_hash_covers_the_one_before(tmp_path: Path) -> None:
    filled(tmp_path)
    with raw(tmp_path) as connection:
        rows = connection.execute("SELECT previous, hash FROM journal ORDER BY seq").fetchall()
    assert [previous for previous, _ in rows] == [GENESIS, *(digest for _, digest in rows[:-1])]
    assert len({digest for _, digest in rows}) == 4


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("seq", [1, 3])
def test_a_changed_byte_shows(column: str, seq: int, tmp_path: Path) -> None:
    log = filled(tmp_path)
    with raw(tmp_path) as connection:
        value = connection.execute(f"SELECT {column} FROM journal WHERE seq = ?", [seq]).fetchone()[0]
        changed = value + 100 if column == "seq" else ("0" if value[0] != "0" else "1") + value[1:]
        connection.execute(f"UPDATE journal SET {column} = ? WHERE seq = ?", [changed, seq])
    faults = log.verify()
    assert faults
    assert all(fault.startswith("journal entry ") and "\n" not in fault for fault in faults)


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from(["at", "actor", "subject", "body"]),
    st.integers(1, 4),
    st.integers(0, 5),
    st.characters(codec="ascii", min_codepoint=32),
)
def test_any_changed_character_shows(column: str, seq: int, place: int, character: str) -> None:
    log = Journal("sqlite://", "memory")
    log.append([("decision", f"d{number}-subject", {"number": number}) for number in range(4)], "somebody")
    with log.database.begin() as connection:
        value = connection.exec_driver_sql(f"SELECT {column} FROM journal WHERE seq = {seq}").scalar_one()
        changed = value[:place] + character + value[place + 1 :]
        connection.exec_driver_sql("DROP TRIGGER journal_no_update")
        connection.exec_driver_sql(f"UPDATE journal SET {column} = ? WHERE seq = ?", (changed, seq))
    assert bool(log.verify()) == (changed != value)


REWRITES = {
    "removed": "DELETE FROM journal WHERE seq = 2",
    "removed first": "DELETE FROM journal WHERE seq = 1",
    "inserted": "INSERT INTO journal SELECT seq + 10, at, actor, kind, subject, body, hash, 'f' || substr(hash, 2) FROM journal WHERE seq = 4",
    "swapped": "UPDATE journal SET body = (SELECT body FROM journal j WHERE j.seq = 5 - journal.seq)",
    "forged with a good hash of its own": "UPDATE journal SET previous = hash WHERE seq = 2",
}


@pytest.mark.parametrize("rewrite", REWRITES)
def test_a_rewritten_history_shows(rewrite: str, tmp_path: Path) -> None:
    log = filled(tmp_path)
    with raw(tmp_path) as connection:
        connection.execute(REWRITES[rewrite])
    assert log.verify()


@pytest.mark.parametrize("table", sorted(METADATA.tables))
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_the_database_itself_refuses_changes(table: str, verb: str, tmp_path: Path) -> None:
    log = filled(tmp_path)
    snapshots.write(log, "2026-10", "inputs", [snapshots.Row("t", "d", "USD", Decimal("1.10"))])
    column = METADATA.tables[table].columns.keys()[-1]
    statement = f"UPDATE {table} SET {column} = 'x'" if verb == "UPDATE" else f"DELETE FROM {table}"
    with (
        raw(tmp_path, guarded=True) as connection,
        pytest.raises(sqlite3.IntegrityError, match=f"{table} is append-only"),
    ):
        connection.execute(statement)
    with (
        pytest.raises(ReconError, match=rf"recon\.sqlite: the store can't be written to \({table} is append-only\)"),
        log.writing() as writer,
    ):
        writer.execute(sa.text(statement))


# Two threads, each with a store of its own: starting an interpreter costs more than all the writing.
WRITERS = """
import sys
from threading import Thread
from recon.store.journal import Journal

def write(name):
    log = Journal(sys.argv[1], "recon.sqlite")
    for n in range(8):
        log.append([("decision", f"{name}-{n}", {"n": n}), ("decision", f"{name}-{n}b", {})])

threads = [Thread(target=write, args=[name]) for name in sys.argv[2:]]
for one in threads: one.start()
for one in threads: one.join()
"""


def test_four_writers_lose_nothing(tmp_path: Path) -> None:
    """Two processes with two writers each open a store that isn't there yet, and each writes in pairs."""
    url = f"sqlite:///{tmp_path / 'recon.sqlite'}"
    running = [subprocess.Popen([sys.executable, "-c", WRITERS, url, *names]) for names in ("01", "23")]
    assert [one.wait(60) for one in running] == [0, 0]
    log = opened(tmp_path)
    subjects = [one.subject for one in log.entries("decision")]
    assert sorted(subjects) == sorted(
        f"{writer}-{number}{half}" for writer in range(4) for number in range(8) for half in ("", "b")
    )
    assert [second for first, second in zip(subjects[::2], subjects[1::2], strict=True) if second != f"{first}b"] == []
    assert log.verify() == []


def test_a_failed_append_writes_nothing(tmp_path: Path) -> None:
    log = filled(tmp_path)
    with pytest.raises(TypeError):
        log.append([("decision", "good", {}), ("decision", "bad", {"what": object()})])
    assert len(log.entries("decision")) == 4
    assert log.verify() == []


def _unusable(folder: Path, fault: str) -> str:
    path = folder / "recon.sqlite"
    if fault == "no folder":
        return f"sqlite:///{folder / 'nowhere' / 'recon.sqlite'}"
    if fault == "a folder":
        path.mkdir()
    elif fault == "no database":
        path.write_text("client,name\n" * 200, "utf-8")
    elif fault == "another schema":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE journal (id INTEGER)")
    return f"sqlite:///{path}"


UNUSABLE = {
    "no folder": "unable to open database file",
    "a folder": "unable to open database file",
    "no database": "file is not a database",
    "another schema": "no such column|no column named|has no column",
}


@pytest.mark.parametrize("fault", UNUSABLE)
def test_a_store_that_cannot_be_used_is_one_line(fault: str, tmp_path: Path) -> None:
    with pytest.raises(
        ReconError, match=rf"^recon.sqlite: the store can't be \w+( to)? \(.*({UNUSABLE[fault]}).*\); check that"
    ) as error:
        Journal(_unusable(tmp_path, fault), "recon.sqlite").append([("decision", "d", {})])
    assert "\n" not in str(error.value)


def test_a_locked_store_is_one_line(tmp_path: Path) -> None:
    log = filled(tmp_path)
    sa.event.listen(log.database, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50"))
    log.database.dispose()
    with raw(tmp_path, guarded=True) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(
            ReconError, match=r"^recon\.sqlite: the store can't be written to \(database is locked\); check that nobody"
        ):
            log.append([("decision", "d", {})])
        other.execute("ROLLBACK")
    assert log.append([("decision", "d", {})]) == 1


def test_a_read_only_store_is_one_line(tmp_path: Path) -> None:
    filled(tmp_path)
    with pytest.raises(ReconError, match=r"readonly database"):
        Journal(f"sqlite:///file:{tmp_path / 'recon.sqlite'}?mode=ro&uri=true", "recon.sqlite").append(
            [("decision", "d", {})]
        )


def test_snapshots_keep_exact_money_and_the_newest_counts(tmp_path: Path) -> None:
    log = opened(tmp_path)
    row = snapshots.Row("thread", "d1", "USD", Decimal("-12345678901234567890.10"))
    snapshots.write(log, "2026-10", "first", [row, row])
    snapshots.write(log, "2026-10", "second", [row])
    snapshots.write(log, "2026-11", "other", [])
    assert snapshots.newest(log, "2026-10") == [row]
    assert snapshots.inputs_of(log, "2026-10") == "second"
    assert (snapshots.newest(log, "2026-11"), snapshots.newest(log, "2026-12")) == ([], None)
    assert str(snapshots.newest(log, "2026-10")[0].impact) == "-12345678901234567890.10"  # type: ignore[index]


def test_bodies_are_canonical_json(tmp_path: Path) -> None:
    log = opened(tmp_path)
    log.append([("decision", "d", {"b": 1, "a": "é"})])
    with raw(tmp_path) as connection:
        assert connection.execute("SELECT body FROM journal").fetchone()[0] == '{"a":"é","b":1}'
        assert json.loads(connection.execute("SELECT body FROM journal").fetchone()[0]) == {"a": "é", "b": 1}
