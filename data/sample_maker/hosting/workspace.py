"""The arm's part of recon.yaml, of the catalog and of the crosswalk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ..basics import plain
from ..clients import fold, needs_row, spelled
from ..facts import Account
from .catalog import (
    BANDS,
    CLIENTS,
    HOMES,
    LARGE,
    RATES,
    RULES,
    SERVICE_RULES,
    SERVICES,
    SITES,
    TOLERANCE,
    TRIALS,
    UPLIFT,
    Rule,
)
from .write import FEEDS

_PAPERS = {
    "hosting_register": ("promised", "hosting-register-*.csv"),
    "hosting_invoices": ("billed", "hosting-invoices-*.csv"),
    "upstream": ("charged", "upstream-*.csv"),
}
SOURCES = (*_PAPERS, *FEEDS)
_SINCE = "2025-01-01"


def sources() -> str:
    """The arm's entries under `sources`: plain tables, told by their names."""
    sides = _PAPERS | {source: ("delivered", f"{name}-*.csv") for source, (name, _) in FEEDS.items()}
    rows = [
        f'  {source + ":":<18} {{profile: generic_table, side: {side}, files: "{files}"}}\n'
        for source, (side, files) in sides.items()
    ]
    return "".join(["  # The hosting arm keeps tables of its own.\n", *rows])


def policy() -> str:
    """The arm's settings under `policy`."""
    lines = [f"  monthly_uplift: {plain(UPLIFT)}\n", "  overrides:\n"]
    for client, rule in RULES.items():
        lines += [f"    - {{client: {client}, {_said(rule)}}}\n"]
    lines += [f"    - {{service: {service}, {_said(rule)}}}\n" for service, rule in SERVICE_RULES.items()]
    lines += [f"    - {{client: {client}, tolerance: {plain(cents)}}}\n" for client, cents in TOLERANCE.items()]
    return "".join(lines)


def _said(rule: Rule) -> str:
    if rule.advance:
        return "billing: advance"
    return f"proration: {rule.proration}" if rule.negative else "negative_proration: false"


def clients() -> list[list[str]]:
    """Rows of clients.csv."""
    return [[c.code, c.name, c.currency, plain(c.tax_rate) if c.tax_rate else ""] for c in CLIENTS.values()]


def services() -> list[list[str]]:
    """Rows of services.csv."""
    return [
        [s.code, s.name, s.category, s.basis, s.usage, plain(s.minimum) if s.minimum else "", ""]
        for s in SERVICES.values()
    ]


def prices() -> list[list[str]]:
    """Rows of prices.csv."""
    rows = [[s.code, "USD", s.list_usd, s.cost_usd, _SINCE] for s in SERVICES.values() if s.list_usd or s.cost_usd]
    return rows + [[s.code, "CAD", s.list_cad, "", _SINCE] for s in SERVICES.values() if s.list_cad]


def tiers() -> list[list[str]]:
    """tiers.csv."""
    rows = [["service", "currency", "client", "basis", "mode", "from_quantity", "unit_price", "flat_fee"]]
    for (service, basis), (mode, bands) in BANDS.items():
        for band in bands:
            fee = plain(band.fee) if band.fee else ""
            rows.append([service, "USD", "", basis, mode, str(band.start), plain(band.price), fee])
    return rows


def rates() -> list[list[str]]:
    """fx.csv."""
    header = ["from_currency", "to_currency", "rate", "effective"]
    return [header, *(["USD", "CAD", plain(rate), since] for since, rate in RATES)]


def homes() -> list[list[str]]:
    """homes.csv."""
    return [["service", "member", "client"], *([service, who, client] for service, who, client in HOMES)]


def accounts() -> Iterator[list[str]]:
    """Rows of the crosswalk's accounts: spellings, sites, and trials with their last day."""
    for source in SOURCES:
        taken: dict[str, str] = {}
        for client in CLIENTS.values():
            name = spelled(client, source)
            assert taken.setdefault(fold(name, True), client.code) == client.code, name
            if needs_row(client, Account("", name)):
                yield [source, "", name, client.code, "", "", "mapped", ""]
        for code, names in SITES.items():
            if source in ("server_list", "hosting_invoices"):
                for name in names:
                    yield [source, "", name, code, "", "", "mapped", ""]
        for service, name, code, last in TRIALS:
            if SERVICES[service].feed == source:
                ends = str(last + timedelta(days=1))
                yield [source, "", name, "", "", ends, "excluded", f"free trial until {last}"]
                yield [source, "", name, code, ends, "", "mapped", ""]


def items() -> Iterator[list[str]]:
    """Rows of the crosswalk's items."""
    for s in SERVICES.values():
        named = [("hosting_register", s.register_item), ("hosting_invoices", s.invoice_item)]
        named += [("upstream", s.vendor_item)] * bool(s.vendor_item) + [(s.feed, item) for item in s.feed_items]
        for source, item in named:
            factor = plain(LARGE) if item == "vps-large" else "1"
            yield [source, item, "", s.code, factor, "", "", "mapped", ""]
