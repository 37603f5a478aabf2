"""What the MSP keeps itself: recon.yaml, catalog, crosswalk, and the list of planted errors."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from .basics import plain
from .catalog import BUNDLE, BUNDLE_PARTS, PACKS, PRICE_MOVE, SERVICES, Service, list_price, unit_cost
from .clients import (
    HOME,
    PRORATION,
    SECOND_ACCOUNTS,
    SECOND_SERVICES,
    SOURCES,
    Client,
    account,
    account_id,
    fold,
    needs_row,
)
from .facts import Account
from .files import csv_bytes, put
from .hosting import workspace as hosting
from .hosting.arm import Arm
from .world import World
from .write_microsoft import TRIAL
from .write_quickbooks import ONE_OFFS
from .write_vendors import ONBOARDING

_YAML = """\
# The workspace of a made-up managed service provider; see README.md in this folder.
name: Cedar Ridge IT
currency: USD
sources:
  # Named here = required: a cycle without its file reports a stale source.
  quickbooks:        {profile: quickbooks_sales_by_customer_detail}
  microsoft:         {profile: microsoft_partner_center_nce}
  huntress:          {profile: huntress_usage}
  acronis:           {profile: acronis_usage}
  rmm_invoice:       {profile: generic_table, side: charged, files: "rmm-invoice*.xlsx", currency: USD}
  canada_agreements: {profile: connectwise_additions_grid, currency: CAD}
  canada_invoices:   {profile: connectwise_invoices, currency: CAD}
  # Recognised by themselves, under their profile's name: connectwise_agreements, connectwise_additions,
  # pax8_invoice_items, ninjaone_organizations, ninjaone_devices.
"""
_POLICY = """\
policy:
  tolerance: 0.01
  min_margin: 0.10
  materiality: 500
"""
_SINCE = "2025-01-01"
_NOT_BILLED = "monitored at no charge"


def write(folder: Path, world: World, arm: Arm) -> None:
    """All files outside the inbox."""
    put(folder / "recon.yaml", "".join([_YAML, hosting.sources(), _POLICY, hosting.policy(), *_overrides()]).encode())
    header = [["client", "name", "currency", "tax_rate"]]
    clients = [[c.code, c.name, c.currency, plain(c.tax_rate) if c.tax_rate else ""] for c in world.clients.values()]
    put(folder / "catalog/clients.csv", csv_bytes(header + clients + hosting.clients(), "\n"))
    put(folder / "catalog/services.csv", csv_bytes(_services() + hosting.services(), "\n"))
    put(folder / "catalog/prices.csv", csv_bytes(_prices() + hosting.prices(), "\n"))
    bundles = [
        ["bundle", "component", "units"],
        *([BUNDLE, part, plain(n)] for part, n in BUNDLE_PARTS.items()),
    ]
    put(folder / "catalog/bundles.csv", csv_bytes(bundles, "\n"))
    put(folder / "catalog/tiers.csv", csv_bytes(hosting.tiers(), "\n"))
    put(folder / "catalog/fx.csv", csv_bytes(hosting.rates(), "\n"))
    put(folder / "catalog/homes.csv", csv_bytes(hosting.homes(), "\n"))
    put(folder / "crosswalk/accounts.csv", csv_bytes([*_accounts(world), *hosting.accounts()], "\n"))
    put(folder / "crosswalk/items.csv", csv_bytes([*_items(), *hosting.items()], "\n"))
    planted = [
        [p.cycle, p.kind, p.leg, p.client, p.service, f"{p.impact:.2f}", p.currency, p.note]
        for p in sorted(world.planted + arm.planted)
    ]
    put(
        folder / "planted.csv",
        csv_bytes([["cycle", "kind", "leg", "client", "service", "impact", "currency", "note"], *planted], "\n"),
    )


def _overrides() -> list[str]:
    """Policy entries of single clients."""
    return [f"    - {{client: {client}, proration: {rule}}}\n" for client, rule in PRORATION.items()]


def _services() -> list[list[str]]:
    rows = [["service", "name", "category", "count_basis", "usage", "minimum_quantity", "min_margin"]]
    for s in SERVICES.values():
        rows.append([s.code, s.name, s.category, s.basis, s.usage, plain(s.minimum) if s.minimum else "", s.margin])
    return rows


def _prices() -> list[list[str]]:
    rows = [["service", "currency", "list_price", "unit_cost", "effective"]]
    for service in SERVICES:
        for currency in ("USD", "CAD"):
            rows.append([service, currency, *_pair(service, currency, "2026-08"), _SINCE])
            if service == PRICE_MOVE[0]:
                rows.append([service, currency, *_pair(service, currency, "2026-10"), PRICE_MOVE[1]])
    return rows


def _pair(service: str, currency: str, cycle: str) -> list[str]:
    values = (list_price(service, currency, cycle), unit_cost(service, currency, cycle))
    return [plain(value) if value is not None else "" for value in values]


def _accounts(world: World) -> list[list[str]]:
    rows = [["source", "account", "account_name", "client", "effective_from", "effective_to", "status", "reason"]]
    for source in SOURCES:
        for client in world.clients.values():
            since = client.start.replace(day=1).isoformat() if client.start else ""
            for seen, always in _seen(client, source):
                if always or needs_row(client, seen):
                    rows.append([source, seen.id, seen.name, client.code, since, "", "mapped", ""])
        own = account_id(None, source)
        if source in ("microsoft", "pax8_invoice_items", "huntress", "acronis", "ninjaone_devices"):
            name = {"acronis": "", "ninjaone_devices": f"{HOME.name} (internal)"}.get(source, HOME.name)
            rows.append(
                [
                    source,
                    own,
                    name,
                    "",
                    "",
                    "2026-12-31",
                    "excluded",
                    "our own use (internal and not-for-resale)",
                ]
            )
    return rows


def _seen(client: Client, source: str) -> list[tuple[Account, bool]]:
    """The client's accounts in a source, and whether each needs a row whatever its name."""
    canadian = source.startswith("canada")
    other_arm = canadian if client.currency == "USD" else source in ("connectwise_additions", "quickbooks")
    if other_arm:
        return []
    found = [(account(client, source), source == "acronis")]
    if (client.code, source) in SECOND_ACCOUNTS:
        found.append((account(client, source, min(SECOND_SERVICES)), True))
    return found


def _items() -> list[list[str]]:
    rows = [
        [
            "source",
            "item",
            "item_name",
            "service",
            "factor",
            "effective_from",
            "effective_to",
            "status",
            "reason",
        ]
    ]
    for s in SERVICES.values():
        named = [(source, item, name) for source, item, name, needed in _names(s) if needed]
        for source, item, name in named:
            factor = plain(PACKS.get((source, s.code), Decimal(1)))
            rows.append([source, item, name, s.code, factor, "", "", "mapped", ""])
    excluded = [("quickbooks", item.id, item.name, "one-off work, not under agreement") for item, _ in ONE_OFFS[:-1]]
    excluded += [
        ("", ONE_OFFS[-1][0].id, ONE_OFFS[-1][0].name, "freight is passed on at cost"),
        ("microsoft", TRIAL.id, TRIAL.name, "free trial, no charge"),
        ("pax8_invoice_items", ONBOARDING.id, ONBOARDING.name, "one-time service, billed as a project"),
        ("acronis", "pw_base_local_storage", "pw_base", "storage on the client's own disks"),
        ("ninjaone_devices", "NMS_PRINTER", "", _NOT_BILLED),
        ("ninjaone_devices", "NMS_PHONE", "", _NOT_BILLED),
    ]
    rows += [[source, item, name, "", "", "", "", "excluded", why] for source, item, name, why in excluded]
    return rows


def _names(s: Service) -> list[tuple[str, str, str, bool]]:
    """How each source names a service, and whether that needs a row."""
    found = [
        ("connectwise_additions", s.psa, f"{s.name} (monthly)", s.psa != s.code),
        ("canada_agreements", s.canada, f"{s.name}, mensuel/monthly", s.canada != s.code),
        ("quickbooks", s.quickbooks, s.name, True),
    ]
    if s.vendor:
        item = s.vendor_item()
        found.append((s.source, item.id, item.name, fold(item.name) != fold(s.name) or (s.source, s.code) in PACKS))
    edition = "pw_base" if s.feed == "acronis" else ""
    found += [(s.feed, item, edition, True) for item in s.feed_items]
    return found
