"""Lines to clients and services: reviewed entries first, then names that are exactly equal; nothing is guessed.

Of the entries that fit, a source's own goes before one for every source, an id before a name, a reviewed entry
before an equal name. Two that fit equally well with different targets settle nothing: the account or item stays
unmapped and says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from recon.crosswalk.entries import CrosswalkEntry
from recon.engine import Engine
from recon.line import LINE_COLUMNS
from recon.money import NUMBER
from recon.period import Cycle

MAPPED = "mapped_lines"
_ENTRY = {
    "what": "VARCHAR",
    "source": "VARCHAR",
    "key": "VARCHAR",
    "name": "VARCHAR",
    "target": "VARCHAR",
    "factor": NUMBER,
    "status": "VARCHAR",
    "reason": "VARCHAR",
}


def fold(text: str) -> str:
    """SQL: a name as it is compared: letters and digits of any script, lower case; NULL where none is left."""
    return f"NULLIF(REGEXP_REPLACE(LOWER(NFC_NORMALIZE({text})), '[^\\p{{L}}\\p{{N}}]', '', 'g'), '')"


def resolve(engine: Engine, entries: Sequence[CrosswalkEntry], cycle: Cycle, lines: str = "lines") -> str:
    """Table MAPPED: `lines` with client, service, factor, mapping and mapping_reason. Returns its name."""
    engine.put_rows("crosswalk", _ENTRY, (_row(one) for one in entries if _in_force(one, cycle)))
    engine.create("account_names", _known("clients", "client"))
    engine.create("item_names", _known("services", "service"))
    _settle(engine, lines, "account", "account_name")
    _settle(engine, lines, "item", "item_name")
    query = f"""
        SELECT l.{", l.".join(LINE_COLUMNS)},
            CASE WHEN {_state()} IN ('mapped', 'automatic', 'unmapped_service') THEN a.target END AS client,
            CASE WHEN {_state()} IN ('mapped', 'automatic') THEN i.target END AS service,
            CAST(COALESCE(i.factor, 1) AS {NUMBER}) AS factor,
            {_state()} AS mapping,
            COALESCE(CASE {_state()} WHEN 'excluded' THEN CASE WHEN a.status = 'excluded' THEN a.reason ELSE i.reason END
                WHEN 'unmapped_account' THEN a.reason WHEN 'unmapped_service' THEN i.reason END, '') AS mapping_reason
        FROM {lines} l
        LEFT JOIN settled_account a ON l.source = a.source AND COALESCE(l.account, '') = a.key
            AND COALESCE(l.account_name, '') = a.name
        LEFT JOIN settled_item i ON l.source = i.source AND COALESCE(l.item, '') = i.key
            AND COALESCE(l.item_name, '') = i.name
    """
    return engine.create(MAPPED, query)


def _state() -> str:
    """SQL: what became of a line. A line at contract level has no item and needs none."""
    return """CASE
        WHEN l.side = 'charged' AND l.account IS NULL AND l.account_name IS NULL THEN 'unattributed'
        WHEN a.status = 'excluded' OR i.status = 'excluded' THEN 'excluded'
        WHEN a.target IS NULL THEN 'unmapped_account'
        WHEN i.target IS NULL AND NOT (l.item IS NULL AND l.contract IS NOT NULL) THEN 'unmapped_service'
        WHEN a.status = 'automatic' AND COALESCE(i.status, 'automatic') = 'automatic' THEN 'automatic'
        ELSE 'mapped' END"""


def _known(table: str, code: str) -> str:
    """The folded codes and names of the catalog that mean one thing only."""
    names = (
        f"SELECT {code} AS target, {fold(code)} AS folded FROM {table} UNION SELECT {code}, {fold('name')} FROM {table}"
    )
    return (
        f"SELECT folded, MIN(target) AS target FROM ({names}) WHERE folded IS NOT NULL "
        "GROUP BY folded HAVING COUNT(DISTINCT target) = 1"
    )


def _settle(engine: Engine, lines: str, key: str, name: str) -> None:
    """Table settled_account or settled_item: the one best entry for each distinct account or item of the lines.

    Where a source has no ids, the name is the id.
    """
    entries = f"(SELECT * FROM crosswalk WHERE what = '{key}')"
    own = "CASE WHEN e.source = '' THEN 1 ELSE 0 END"
    engine.create(
        f"settled_{key}",
        f"""
        WITH d AS (SELECT DISTINCT source, COALESCE({key}, '') AS key, COALESCE({name}, '') AS name FROM {lines}),
        fitting AS (
            SELECT d.*, {own} AS rank, e.status, e.target, e.factor, e.reason FROM d JOIN {entries} e
                ON e.source IN (d.source, '') AND e.key = COALESCE(NULLIF(d.key, ''), d.name) AND e.key <> ''
            UNION ALL
            SELECT d.*, 2 + {own}, e.status, e.target, e.factor, e.reason FROM d JOIN {entries} e
                ON e.source IN (d.source, '') AND e.key = '' AND {fold("e.name")} = {fold("d.name")}
            UNION ALL
            SELECT d.*, 4, 'automatic', k.target, CAST(1 AS {NUMBER}), '' FROM d JOIN {key}_names k ON k.folded = {fold("d.key")}
            UNION ALL
            SELECT d.*, 4, 'automatic', k.target, CAST(1 AS {NUMBER}), '' FROM d JOIN {key}_names k ON k.folded = {fold("d.name")}
        ),
        best AS (SELECT source, key, name, MIN(rank) AS rank FROM fitting GROUP BY 1, 2, 3),
        chosen AS (
            SELECT f.source, f.key, f.name, MIN(f.status) AS status, MIN(f.target) AS target, MIN(f.factor) AS factor,
                MIN(f.reason) AS reason, COUNT(DISTINCT f.status || chr(31) || f.target || chr(31) || f.factor) AS answers
            FROM fitting f JOIN best b ON f.source = b.source AND f.key = b.key AND f.name = b.name AND f.rank = b.rank
            GROUP BY 1, 2, 3
        )
        SELECT source, key, name, CASE WHEN answers = 1 THEN status END AS status,
            CASE WHEN answers = 1 AND status <> 'excluded' THEN target END AS target,
            CASE WHEN answers = 1 THEN factor END AS factor,
            CASE WHEN answers = 1 THEN reason ELSE answers || ' entries fit equally well' END AS reason
        FROM chosen
        """,
    )


def _in_force(one: CrosswalkEntry, cycle: Cycle) -> bool:
    """Whether the entry holds on the cycle's last day."""
    started = one.effective_from is None or one.effective_from <= cycle.last_day
    return started and (one.effective_to is None or one.effective_to > cycle.last_day)


def _row(one: CrosswalkEntry) -> tuple[object, ...]:
    return one.what, one.source, one.key, one.name, one.target, one.factor, one.status, one.reason
