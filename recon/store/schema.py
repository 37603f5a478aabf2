"""The tables of the store. Nothing in them is ever changed or deleted; the database itself refuses it."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()
JOURNAL = sa.Table(
    "journal",
    METADATA,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False, index=True),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False, unique=True),
)
SNAPSHOT = sa.Table(
    "snapshot",
    METADATA,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("cycle", sa.Text, nullable=False, index=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("inputs", sa.Text, nullable=False),
)
SNAPSHOT_ROW = sa.Table(
    "snapshot_row",
    METADATA,
    sa.Column("snapshot", sa.ForeignKey("snapshot.id"), nullable=False, index=True),
    sa.Column("thread", sa.Text, nullable=False),
    sa.Column("discrepancy_id", sa.Text, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("impact", sa.Text, nullable=False),
)


def prepare(database: sa.Engine) -> None:
    """Create what isn't there. SQLite: foreign keys, and a lock from a transaction's first read.

    Not its write-ahead log: that fails on a network share, where teams keep workspaces, and two that create a store at
    the same moment can't both switch to it.
    """
    if database.dialect.name == "sqlite":
        sa.event.listen(database, "connect", _pragmas)
        sa.event.listen(database, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    METADATA.create_all(database)
    if database.dialect.name == "sqlite":
        with database.begin() as connection:
            for table in METADATA.tables:
                for verb in ("UPDATE", "DELETE"):
                    connection.exec_driver_sql(
                        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                    )


def _pragmas(connection: object, _record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # SQLAlchemy's begin event starts transactions
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("busy_timeout=5000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
