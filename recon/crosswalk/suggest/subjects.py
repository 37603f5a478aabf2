"""What a reconciled cycle knows of its unmapped accounts and items, and of those that are mapped; set-wise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recon.crosswalk.entries import CrosswalkEntry
from recon.crosswalk.resolve import MAPPED
from recon.crosswalk.suggest.vocabulary import PUBLIC_DOMAINS, TOP_DOMAINS
from recon.crosswalk.suggest.words import is_code, parsed
from recon.engine import Engine

_DOMAIN = re.compile(
    rf"(?<![\w.-])(?:[a-z0-9-]+\.)*[a-z0-9-]+\.(?:{'|'.join(sorted(TOP_DOMAINS))}|onmicrosoft\.com)(?![\w-])"
)
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# The quantities that a client and service have on one side of the books, in the service's own units.
_QUANTITIES = f"""
    SELECT client, service, side, source, SUM(quantity * factor) AS quantity FROM {MAPPED}
    WHERE mapping IN ('mapped', 'automatic') AND service IS NOT NULL AND quantity IS NOT NULL
        AND charge_kind IN ('recurring', 'usage') GROUP BY client, service, side, source
"""


@dataclass(frozen=True, order=True)
class Subject:
    """An unmapped account or item of a source; `key` is its id there, or its name where it has none."""

    what: str
    source: str
    key: str
    name: str

    @property
    def texts(self) -> list[str]:
        """What it is called: its name, and its key where that isn't a bare id."""
        return list(dict.fromkeys(one for one in (self.name, self.key) if one and not _ID.fullmatch(one.lower()))) or [
            self.key
        ]

    @property
    def proofs(self) -> frozenset[tuple[str, str]]:
        """What its key and name prove apart from their words."""
        return frozenset(proofs(f"{self.key} {self.name}", self.what))


@dataclass(frozen=True, order=True)
class Alias:
    """What a source calls a client or service, or what the catalog does (source '')."""

    target: str
    text: str
    source: str


def unmapped_subjects(engine: Engine) -> list[Subject]:
    """The accounts and items that no entry names, each once for all its lines."""
    account, item = "COALESCE(account, account_name)", "COALESCE(item, item_name)"
    return [
        Subject(*row)
        for row in engine.rows(
            f"""
            SELECT 'account', source, {account} AS key, COALESCE(MIN(account_name), '') FROM {MAPPED}
            WHERE mapping = 'unmapped_account' AND {account} IS NOT NULL GROUP BY ALL
            UNION ALL
            SELECT 'item', source, {item} AS key, COALESCE(MIN(item_name), '') FROM {MAPPED}
            WHERE mapping = 'unmapped_service' AND {item} IS NOT NULL GROUP BY ALL
            ORDER BY 1, 2, 3
            """
        )
    ]


def aliases(engine: Engine, entries: Iterable[CrosswalkEntry], what: str) -> list[Alias]:
    """Every text that stands for a client (what: account) or a service (item): catalog, mapped lines, entries."""
    target, table = ("client", "clients") if what == "account" else ("service", "services")
    rows = engine.rows(
        f"""
        SELECT {target}, {target}, '' FROM {table} UNION SELECT {target}, name, '' FROM {table}
        UNION SELECT {target}, UNNEST([{what}, {what}_name]), source FROM {MAPPED}
        WHERE {target} IS NOT NULL AND mapping <> 'excluded'
        """
    )
    known = {row[0] for row in rows}
    found = {Alias(*row) for row in rows if row[1]}
    for one in entries:
        if one.what == what and one.status == "mapped" and one.target in known:
            found |= {Alias(one.target, text, one.source) for text in (one.key, one.name) if text}
    return sorted(found)


def proofs(text: str, what: str) -> set[tuple[str, str]]:
    """What a text proves apart from its words: (kind, value) of domains, ids and, for items, part numbers."""
    low = text.lower()
    found = {("tenant", one) for one in _ID.findall(low)}
    if what == "item":
        return found | {("part number", word) for word in parsed(text).same if is_code(word) and len(word) > 6}
    domains = {one.removeprefix("www.") for one in _DOMAIN.findall(low)}
    return found | {("domain", one) for one in domains if one not in PUBLIC_DOMAINS}


def equal_quantities(engine: Engine, subjects: Sequence[Subject]) -> list[tuple[Subject, str, str, str, int, int]]:
    """(subject, candidate, other, quantity, rivals, all) where a quantity of the subject's is also the candidate's.

    For an account the candidate is a client and `other` a service of both; for an item the candidate is a service and
    `other` a client. The quantity stands on another side of the books, and the candidate has nothing in the
    subject's source. `rivals` counts the candidates with that quantity of `other`, `all` the subject's quantities.
    Quantities below 2 prove nothing.
    """
    by_key = {(one.what, one.source, one.key): one for one in subjects}
    rows = engine.rows(
        f"""
        WITH known AS ({_QUANTITIES}), open AS (
            SELECT 'account' AS what, l.source, l.side, COALESCE(l.account, l.account_name) AS key, i.target AS other,
                SUM(l.quantity * i.factor) AS quantity
            FROM {MAPPED} l JOIN settled_item i ON l.source = i.source AND COALESCE(l.item, '') = i.key
                AND COALESCE(l.item_name, '') = i.name
            WHERE l.mapping = 'unmapped_account' AND i.target IS NOT NULL GROUP BY ALL
            UNION ALL
            SELECT 'item', source, side, COALESCE(item, item_name), client, SUM(quantity)
            FROM {MAPPED} WHERE mapping = 'unmapped_service' GROUP BY ALL
        ), counted AS (
            SELECT *, COUNT(*) OVER (PARTITION BY what, source, key) AS whole FROM open WHERE quantity > 1
        ), pairs AS (
            SELECT DISTINCT o.whole, o.what, o.source, o.key, o.other, o.quantity,
                CASE o.what WHEN 'account' THEN k.client ELSE k.service END AS candidate
            FROM counted o JOIN known k ON o.quantity = k.quantity AND o.side <> k.side
                AND o.other = CASE o.what WHEN 'account' THEN k.service ELSE k.client END
        )
        SELECT what, source, key, candidate, other, CAST(quantity AS VARCHAR),
            COUNT(*) OVER (PARTITION BY what, source, key, other) AS rivals, whole
        FROM pairs p WHERE NOT EXISTS (SELECT 1 FROM known k WHERE k.source = p.source
            AND p.candidate = CASE p.what WHEN 'account' THEN k.client ELSE k.service END
            AND p.other = CASE p.what WHEN 'account' THEN k.service ELSE k.client END)
        ORDER BY ALL
        """
    )
    return [(by_key[row[0], row[1], row[2]], *row[3:]) for row in rows if (row[0], row[1], row[2]) in by_key]
