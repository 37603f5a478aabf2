"""What people put together, before any pass: linked entries move into one group, where the passes find them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from recon.engine import Engine

LINKS = "links"
_COLUMNS = {"link": "INTEGER", "entry": "VARCHAR"}


def put_links(engine: Engine, links: Iterable[Sequence[str]]) -> None:
    """Table LINKS: which entries belong together."""
    engine.put_rows(LINKS, _COLUMNS, [(number, name) for number, names in enumerate(links) for name in names])


def follow_links(engine: Engine, leg: str, entries: str) -> None:
    """Give linked `entries` the group of the link's first expected one, in its currency; unlike currencies stay apart."""
    if not engine.has(LINKS) or not engine.value(f"SELECT COUNT(*) FROM {LINKS}"):
        return
    engine.create(
        f"{leg}_linked",
        f"""
        WITH there AS (SELECT k.link, e.* FROM {LINKS} k JOIN {entries} e ON k.entry = e.entry),
        anchors AS (SELECT link, MIN(entry) AS anchor FROM there WHERE role = 'expected' GROUP BY link)
        SELECT t.entry, e.grp, e.client, e.service FROM there t JOIN anchors a ON t.link = a.link
        JOIN {entries} e ON a.anchor = e.entry AND t.currency = e.currency
        """,
    )
    engine.create(
        entries,
        "SELECT e.* REPLACE (COALESCE(l.grp, e.grp) AS grp, COALESCE(l.client, e.client) AS client, "
        f"COALESCE(l.service, e.service) AS service) FROM {entries} e LEFT JOIN {leg}_linked l ON e.entry = l.entry",
    )
