"""Documents that name other documents: an invoice issued again replaces the first, a credit names what it credits.

A name leads to the document of its own cycle, else to that of the latest cycle before: numbers may start again. Of a
chain only the last document counts. Documents that replace each other in a circle all count, since nothing says which
of them is the last; a name that leads nowhere changes nothing. Both are told as problems.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from recon.engine import Engine, literal
from recon.period import Cycle

REPLACEMENTS, REFERENCES = "replacements", "references_elsewhere"
_REPLACEMENT_COLUMNS = {"source": "VARCHAR", "document": "VARCHAR", "successor": "VARCHAR"}
_REFERENCE_COLUMNS = {"source": "VARCHAR", "replaces": "VARCHAR", "month": "DATE", "month_end": "DATE"}
_NEGATIVE = "charge_kind = 'credit' OR COALESCE(amount, quantity * unit_price, 0) < 0"

Name = tuple[str, str]  # source, document
Place = tuple[Cycle, str, str]  # cycle, source, document


@dataclass(frozen=True, order=True)
class Link:
    """A document of a cycle that names another of its source. A credit takes money back; any other replaces."""

    cycle: Cycle
    source: str
    document: str
    replaces: str
    credit: bool


def links(engine: Engine, cycle: Cycle, mapped: str) -> list[Link]:
    """The links of a cycle's lines; one document of several lines is a credit where all of them are."""
    rows = engine.rows(
        f"SELECT source, COALESCE(document, ''), replaces, BOOL_AND({_NEGATIVE}) FROM {mapped} "
        "WHERE replaces IS NOT NULL AND replaces IS DISTINCT FROM document GROUP BY ALL"
    )
    return sorted(Link(cycle, *row) for row in rows)


def holding(engine: Engine, mapped: str, wanted: Collection[Name]) -> set[Name]:
    """Which of the wanted documents the lines hold."""
    if not wanted:
        return set()
    named = ", ".join(f"({literal(source)}, {literal(document)})" for source, document in sorted(wanted))
    return set(engine.rows(f"SELECT DISTINCT source, document FROM {mapped} WHERE (source, document) IN ({named})"))


def leads_to(link: Link, holders: Mapping[Name, Collection[Cycle]]) -> Cycle | None:
    """The cycle of the document that `link` names; None where it is nowhere. `holders` are the cycles that hold it."""
    found = [one for one in holders.get((link.source, link.replaces), ()) if one <= link.cycle]
    return max(found, default=None)


def put(engine: Engine, cycle: Cycle, found: Sequence[Link], holders: Mapping[Name, Collection[Cycle]]) -> set[str]:
    """Tables REPLACEMENTS and REFERENCES of a cycle; returns its documents that replace each other in a circle."""
    last, circular = _chains(found, holders)
    engine.put_rows(
        REPLACEMENTS,
        _REPLACEMENT_COLUMNS,
        sorted((source, document, by) for (where, source, document), by in last.items() if where == cycle),
    )
    elsewhere = {
        (one.source, one.replaces, month.start, month.end)
        for one in found
        if one.cycle == cycle and (month := leads_to(one, holders)) not in (None, cycle) and month is not None
    }
    engine.put_rows(REFERENCES, _REFERENCE_COLUMNS, sorted(elsewhere))
    return {document for where, _, document in circular if where == cycle}


def _chains(found: Sequence[Link], holders: Mapping[Name, Collection[Cycle]]) -> tuple[dict[Place, str], set[Place]]:
    """Per replaced document the last of its chain, and the documents of circles."""
    following: dict[Place, Place] = {}
    for one in sorted(found):
        where = leads_to(one, holders)
        if where is not None and one.document and not one.credit:
            following.setdefault((where, one.source, one.replaces), (one.cycle, one.source, one.document))
    circular = {place for place in following if _returns(place, following)}
    last: dict[Place, str] = {}
    for place in following.keys() - circular:
        end = place
        while end in following and end not in circular:
            end = following[end]
        last[place] = end[2]
    return last, circular


def _returns(place: Place, following: Mapping[Place, Place]) -> bool:
    seen: set[Place] = set()
    at = place
    while at in following and at not in seen:
        seen.add(at)
        at = following[at]
        if at == place:
            return True
    return False
