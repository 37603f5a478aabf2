"""The MSP's 45 services: how each is counted, priced, and named by every source."""

from __future__ import annotations

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import NamedTuple

from .basics import code
from .facts import Item

# Microsoft's SkuName where it differs from the service's name; ids as Partner Center writes them.
_SKU_NAMES = {
    "EXO-P1": "Exchange Online (Plan 1)",
    "ENTRA-P1": "Microsoft Entra ID P1",
    "VISIO-P2": "Visio Plan 2",
    "PROJ-P3": "Project Plan 3 (formerly Planner P3)",
    "TEAMS-PHONE": "Microsoft Teams Phone Standard",
}
_PAX8 = {
    "HUN-EDR": ("HNT-SEC-EDR-C100", "Huntress Managed EDR"),
    "HUN-ITDR": ("HNT-SEC-IDR-C100", "Huntress Managed ITDR"),
    "HUN-SAT": ("HNT-SEC-SAT-A100", "Huntress Managed SAT (per learner)"),
    "HUN-SIEM": ("HNT-SEC-SIM-A100", "Huntress Managed SIEM"),
    "BKP-WS": ("ACR-CPC-WKS-G100", "Acronis Cyber Protect Cloud - Workstation"),
    "BKP-SRV": ("ACR-CPC-SRV-G100", "Acronis Cyber Protect Cloud - Server"),
    "BKP-VM": ("ACR-CPC-VMS-G100", "Acronis Cyber Protect Cloud - VM"),
    "BKP-M365": ("ACR-CPC-365-G100", "Acronis Cyber Protect Cloud - Microsoft 365 seat"),
    "BKP-STO": ("ACR-CPC-STO-P1GB", "Acronis Hosted Storage [options: per GB]"),
    "EMAIL-SEC": ("PPT-SEC-ADV-A010", "Proofpoint Essentials Advanced"),
    "DNS-FILTER": ("DNS-SEC-FLT-A001", "DNS filtering"),
    "PWD-MGR": ("KPR-SEC-BUS-M100", "Keeper Business"),
    "DMARC": ("DMC-SEC-DOM-C001", "DMARC monitoring per domain"),
    "EMAIL-SIG": ("EXC-PRD-SIG-P005", "Exclaimer Signatures Starter [options: 5 users]"),
    "ARCHIVE": ("PPT-ARC-ESS-A010", "Proofpoint Essentials Archiving"),
    "MFA": ("DUO-SEC-ESS-E001", "Duo Essentials"),
}
_RMM = {
    "RMM-WS": ("EP-100", "Workstation endpoint"),
    "RMM-SRV": ("EP-200", "Server endpoint"),
    "RMM-NET": ("NMS-010", "Network device (NMS)"),
    "RMM-VMH": ("VM-050", "Virtualization host"),
    "RMM-CLOUD": ("CM-005", "Cloud monitor target"),
}

BUNDLE = "MEB"
BUNDLE_PARTS = {"HUN-EDR": Decimal(1), "RMM-WS": Decimal(1)}
# The distributor sells signatures in fives; the Canadian arm promises storage by the hundred GiB.
PACKS = {("pax8_invoice_items", "EMAIL-SIG"): Decimal(5), ("canada_agreements", "BKP-STO"): Decimal(100)}
# A price move that both the vendor and the MSP made on the same day: no discrepancy.
PRICE_MOVE = ("M365-BS", "2026-10-01", Decimal("16.50"), Decimal("10.70"))
NO_LIST_PRICE = {"ARCHIVE": Decimal("5.50")}  # agreements do have a price for it
SOURCE_OF = {"microsoft": "microsoft", "pax8": "pax8_invoice_items", "rmm": "rmm_invoice"}


class Service(NamedTuple):
    """One service of the catalog; prices in USD, the Canadian ones follow."""

    code: str
    name: str
    category: str
    basis: str
    usage: str
    minimum: Decimal
    margin: str
    list_price: Decimal | None
    cost: Decimal | None
    vendor: str
    feed_items: tuple[str, ...]
    psa: str
    canada: str
    quickbooks: str

    @property
    def feed(self) -> str:
        """The source which counts its use; empty where none does."""
        family = self.code.split("-")[0] if self.feed_items else ""
        return {"HUN": "huntress", "BKP": "acronis", "RMM": "ninjaone_devices"}.get(family, "")

    @property
    def source(self) -> str:
        """The vendor bill which charges it; empty where none does."""
        return SOURCE_OF.get(self.vendor, "")

    def vendor_item(self) -> Item:
        """How its vendor's bill names it."""
        if self.vendor == "microsoft":
            product = f"CFQ7TTC0{code(4, 'product', self.code)}:{'0' + code(3, 'sku', self.code)}"
            return Item(product, _SKU_NAMES.get(self.code, self.name))
        return Item(*(_PAX8 | _RMM)[self.code])


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _service(cell: dict[str, str]) -> Service:
    name = cell["code"]
    return Service(
        code=name,
        name=cell["name"],
        category=cell["category"],
        basis=cell["count_basis"],
        usage=cell["usage"],
        minimum=Decimal(cell["minimum_quantity"] or 0),
        margin=cell["min_margin"],
        list_price=_decimal(cell["list_usd"]),
        cost=_decimal(cell["cost_usd"]),
        vendor=cell["vendor"],
        feed_items=tuple(cell["delivered_items"].split()),
        psa=cell["psa_product"] or name,
        canada=cell["canadian_product"] or name,
        quickbooks=cell["quickbooks_item"],
    )


def _services() -> dict[str, Service]:
    with Path(__file__).with_name("services.csv").open(encoding="utf-8", newline="") as table:
        return {service.code: service for service in map(_service, csv.DictReader(table))}


SERVICES = _services()


def list_price(service: str, currency: str, cycle: str = "2026-08") -> Decimal | None:
    """List price in force in the cycle."""
    moved, since, price, _ = PRICE_MOVE
    base = price if service == moved and cycle >= since[:7] else SERVICES[service].list_price
    if base is None or currency == "USD":
        return base
    if service == "BKP-STO":
        return Decimal("0.16")
    return (base * Decimal("1.38") / Decimal("0.05")).quantize(Decimal(1), ROUND_HALF_UP) * Decimal("0.05")


def unit_cost(service: str, currency: str, cycle: str = "2026-08") -> Decimal | None:
    """Agreed unit cost in force in the cycle; three decimals where the vendor prices so."""
    moved, since, _, cost = PRICE_MOVE
    base = cost if service == moved and cycle >= since[:7] else SERVICES[service].cost
    if base is None or currency == "USD":
        return base
    step = Decimal("0.001") if base < 1 else Decimal("0.01")
    return (base * Decimal("1.35")).quantize(step, ROUND_HALF_UP)


def usage_of(service: str) -> str:
    """Which record proves the use of the service, blanks resolved: delivered, charged or none."""
    entry = SERVICES[service]
    if entry.usage:
        return entry.usage
    return "delivered" if entry.feed_items else "charged" if entry.vendor else "none"
