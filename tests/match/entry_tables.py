"""Entries of the passes written as small text tables."""

from collections.abc import Iterable

from recon.engine import Engine
from recon.match.passes import ENTRY_COLUMNS


def put_entries(engine: Engine, table: str, tolerance: str = "0.01") -> str:
    """A line is `entry role quantity unit_price amount flags`; `-` is nothing.

    Flags: `group=x`, `contract=x`, `since=2026-10-05`, `prorated`, `credit`, `ended` (not active on the last day),
    `from=2026-10-01 to=2026-11-01`, `tolerance=0.05`, `share=0.01`, `client=x`.
    """
    lines = [line.split() for line in table.strip().splitlines()]
    return engine.put_rows("given", ENTRY_COLUMNS, [_entry(line, tolerance) for line in lines])


def _entry(words: list[str], tolerance: str) -> Iterable[object]:
    entry, role, quantity, price, amount, *flags = (None if word == "-" else word for word in words)
    named = dict(str(flag).partition("=")[::2] for flag in flags)
    group = named.get("group", "g")
    values = {
        "entry": entry,
        "role": role,
        "grp": group,
        "client": named.get("client", "Alder"),
        "service": group,
        "currency": "USD",
        "contract": named.get("contract"),
        "agreement": named.get("agreement"),
        "quantity": quantity,
        "unit_price": price,
        "amount": amount,
        "since": named.get("since"),
        "at_end": "ended" not in named,
        "prorated": "prorated" in named,
        "credit": "credit" in named,
        "banded": "banded" in named,
        "starts": named.get("from"),
        "ends": named.get("to"),
        "tolerance": named.get("tolerance", tolerance),
        "tolerance_share": named.get("share", "0"),
    }
    return [values[name] for name in ENTRY_COLUMNS]
