"""Why a discrepancy is one: both sides' lines, the arithmetic, what each pass said, what was allowed, the nearest miss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import escape

from recon.discrepancies.arithmetic import arithmetic
from recon.discrepancies.findings import LEG_LINES
from recon.discrepancies.finish import Discrepancy
from recon.engine import Engine, literal
from recon.expected.formulas import promise_formulas, usage_formulas
from recon.match.passes import ALLOWED
from recon.match.verdicts import Entry, Miss, Verdict, miss, verdicts
from recon.money import text
from recon.reconcile import Reconciled

# Legs that compare a client's whole service have no pairs of lines.
_WHOLE = {
    "promised_delivered": "Usage and agreement meet as whole quantities, and agree to the unit or not at all.",
    "charged_billed": "Price and cost meet as a whole; the policy says what must remain between them.",
}


@dataclass(frozen=True)
class Line:
    """A line behind a discrepancy, and the rule that matched it ('' where none did). `role` is expected or actual."""

    role: str
    line_id: str
    side: str
    file: str
    row: int
    name: str
    item: str
    contract: str
    document: str
    quantity: Decimal | None
    unit_price: Decimal | None
    amount: Decimal | None
    currency: str
    rule: str

    def __str__(self) -> str:
        what = " ".join(part for part in (self.name, self.item, self.contract, self.document) if part)
        numbers = [text(self.quantity)] if self.quantity is not None else []
        numbers += [f"at {text(self.unit_price, 2)}"] if self.unit_price is not None else []
        numbers += [f"= {text(self.amount, 2)}"] if self.amount is not None else []
        ruled = f" [{self.rule}]" if self.rule else ""
        return f"{self.side} {self.place}: {what}: {' '.join(numbers)} {self.currency}".rstrip() + ruled

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"{self.file} row {self.row}"


@dataclass(frozen=True)
class Explanation:
    """All there is to say of one discrepancy. Printed it is text, in a notebook a folded page."""

    discrepancy: Discrepancy
    lines: tuple[Line, ...]
    arithmetic: tuple[str, ...]
    passes: tuple[Verdict, ...]
    allowed: Decimal | None
    nearest: str
    why: str
    elsewhere: tuple[str, ...]

    def sections(self) -> Iterator[tuple[str, list[str]]]:
        """Headings with their lines, those that have any."""
        for role in ("expected", "actual"):
            yield f"{role.capitalize()} side", [str(one) for one in self.lines if one.role == role] or ["no line"]
        yield from self.reasons()

    def reasons(self) -> Iterator[tuple[str, list[str]]]:
        """The sections below the lines."""
        yield "How it adds up", list(self.arithmetic)
        yield "What the passes say", [f"{one.rule}: {one.says}" for one in self.passes]
        yield "Nearest miss", [self.nearest] if self.nearest else []
        yield "May belong together", list(self.elsewhere)
        yield "Why it is not accepted by itself", [self.why]

    def __str__(self) -> str:
        parts = [f"{title}\n" + "\n".join(f"  {line}" for line in lines) for title, lines in self.sections() if lines]
        return "\n\n".join([self.discrepancy.explanation, *parts])

    def _repr_html_(self) -> str:
        parts = "".join(
            f"<h4>{escape(title)}</h4><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
            for title, lines in self.sections()
            if lines
        )
        return f"<section><p><strong>{escape(self.discrepancy.explanation)}</strong></p>{parts}</section>"


def explain(result: Reconciled, matches: str, one: Discrepancy, off: Sequence[str] = ()) -> Explanation:
    """Explain `one`. `matches` is the engine's table of matches, `off` the passes that the policy leaves out."""
    engine = result.engine
    entries, allowed = _entries(engine, result, one)
    told = verdicts(entries, allowed, off) if allowed is not None else []
    left = miss(entries)
    lines = tuple(_lines(engine, result, one))
    return Explanation(
        discrepancy=one,
        lines=lines,
        arithmetic=(*_worked(engine, one, lines), *arithmetic(engine, one)),
        passes=tuple(told),
        allowed=allowed,
        nearest=str(left) if left.expected and left.actual else "",
        why=_why(one, allowed, left),
        elsewhere=tuple(_elsewhere(engine, matches, one)),
    )


def _worked(engine: Engine, one: Discrepancy, lines: Sequence[Line]) -> Iterator[str]:
    """How the use was counted and what each promise comes to."""
    if one.leg in ("promised_delivered", "delivered_charged") and one.service:
        used = usage_formulas(engine, one.client, one.service)
        yield from [f"use: {used}"] if used else []
    promised = {line.line_id: line.place for line in lines if line.side == "promised"}
    formulas = promise_formulas(engine, promised, standing=one.leg == "promised_delivered")
    yield from (f"{promised[name]}: {formula}" for name in promised if (formula := formulas.get(name)))


def _entries(engine: Engine, result: Reconciled, one: Discrepancy) -> tuple[list[Entry], Decimal | None]:
    """The entries of the discrepancy's group and what may differ there; none where no pass compared it."""
    if one.leg not in result.matches or not one.grp:
        return [], None
    matched, _ = result.matches[one.leg]
    grp = literal(one.grp)
    entries = f"(SELECT * FROM {one.leg}_entries WHERE grp = {grp})"
    rows = engine.rows(
        f"SELECT e.role, e.quantity, e.amount, e.contract, e.starts, e.credit, COALESCE(m.rule, '') FROM {entries} e "
        f"LEFT JOIN (SELECT entry, rule FROM {matched} WHERE grp = {grp}) m ON e.entry = m.entry ORDER BY e.role DESC, e.entry"
    )
    allowed = engine.value(f"SELECT {ALLOWED} FROM {entries}") if rows else None
    return [Entry(*row) for row in rows], allowed


def _lines(engine: Engine, result: Reconciled, one: Discrepancy) -> Iterator[Line]:
    ids = ", ".join(literal(name) for name in one.lines.split()) or "NULL"
    rule = "''"
    joined = ""
    if one.leg in result.matches:
        joined = f"LEFT JOIN {result.matches[one.leg][0]} m ON r.entry = m.entry AND r.grp = m.grp"
        rule = "COALESCE(m.rule, '')"
    query = f"""
        SELECT COALESCE(r.role, 'actual'), l.line_id, l.side, l.file, l.row, COALESCE(l.account_name, l.account, ''),
            COALESCE(l.item_name, l.item, ''), COALESCE(l.contract, ''), COALESCE(l.document, ''), l.quantity, l.unit_price,
            l.amount, COALESCE(l.currency, ''), {rule}
        FROM mapped_lines l LEFT JOIN (
            SELECT * FROM {LEG_LINES} WHERE leg = {literal(one.leg)} AND grp = {literal(one.grp)}
        ) r ON l.line_id = r.line_id {joined}
        WHERE l.line_id IN ({ids}) ORDER BY 1 DESC, l.file, l.row, l.line_id
    """
    for row in engine.rows(query):
        yield Line(*row)


def _elsewhere(engine: Engine, matches: str, one: Discrepancy) -> Iterator[str]:
    """What the passes that only suggest say of the discrepancy's lines, and with which others."""
    mine = one.lines.split()
    about = " OR ".join(f"CONTAINS(lines, {literal(name)})" for name in mine) or "FALSE"
    rows = engine.rows(
        f"SELECT match_id, rule, status, explanation, lines FROM {matches} WHERE leg = {literal(one.leg)} "
        f"AND status IN ('suggested', 'ambiguous') AND ({about}) ORDER BY match_id"
    )
    for match_id, rule, status, says, lines in rows:
        yield f"{rule}, {status} ({match_id}): {says}"
        others = ", ".join(literal(name) for name in lines.split() if name not in mine) or "NULL"
        found = engine.rows(
            "SELECT side, file, row, COALESCE(item_name, item, '') FROM mapped_lines "
            f"WHERE line_id IN ({others}) ORDER BY file, row, line_id"
        )
        yield from (f"with {side} {file} row {row}: {item}".removesuffix(": ") for side, file, row, item in found)


def _why(one: Discrepancy, allowed: Decimal | None, left: Miss) -> str:
    if allowed is None:
        return _WHOLE.get(one.leg if one.service else "", "There is no second record that it could be matched with.")
    limit = (
        f"a rule accepts only the same client, service and currency, at most {text(allowed, 2)} apart, with one partner"
    )
    if not (left.expected and left.actual):
        return f"Only the {'expected' if left.expected else 'actual'} side is left; {limit}."
    if left.counted_apart:
        return f"The quantities differ; {limit}."
    return f"The amounts are {text(abs(left.apart), 2)} apart; {limit}."
