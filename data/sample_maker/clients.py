"""The invented clients and how each source spells them."""

from __future__ import annotations

import csv
import re
import unicodedata
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from .basics import CYCLES, chance, draw, guid
from .facts import Account

HOME = Account("", "Cedar Ridge IT")  # the MSP itself, found in every vendor's console
SOURCES = (
    "connectwise_additions",
    "canada_agreements",
    "canada_invoices",
    "quickbooks",
    "microsoft",
    "pax8_invoice_items",
    "huntress",
    "acronis",
    "ninjaone_devices",
    "rmm_invoice",
)
# Clients whose servers (or secondary services) live under a second account of the same source.
SECOND_ACCOUNTS = {
    ("KestrelFreight", "ninjaone_devices"): " - Depot 2",
    ("BirchwoodMfg", "ninjaone_devices"): " (Plant B)",
    ("TriRiverCU", "microsoft"): " - Branches",
    ("FoothillsDrill", "acronis"): " Field",
    ("MeridianPlast", "acronis"): " DC",
}
SECOND_SERVICES = {"RMM-SRV", "RMM-VMH", "BKP-SRV", "BKP-VM", "EXO-P1", "PBI-PRO", "M365-BB"}
# Clients whose part months are not billed by the day; the workspace's policy has an override for each.
PRORATION = {"KestrelFreight": "thirty_day", "FoxglovePeds": "none"}
_SUFFIX = re.compile(r",? (LLC|LLP|PLLC|PC|LP|Inc\.|inc\.|Co\.|Corp\.|Company|Ltd\.|ltée|Professional Corp\.)$")


class Client(NamedTuple):
    """One client; `number` counts from 1 in a fixed order; dates bound its custom, both may be absent."""

    number: int
    code: str
    name: str
    users: int
    segment: str
    start: date | None
    end: date | None
    tax_rate: Decimal | None
    currency: str

    @property
    def bundled(self) -> bool:
        """Endpoints are sold as the bundle."""
        return self.segment == "bundle"


def _client(number: int, cell: dict[str, str]) -> Client:
    start, end = (date.fromisoformat(cell[key]) if cell[key] else None for key in ("start", "end"))
    rate = Decimal(cell["tax_rate"]) if cell["tax_rate"] else None
    return Client(
        number, cell["code"], cell["name"], int(cell["users"]), cell["segment"], start, end, rate, cell["currency"]
    )


def make_clients(count: int) -> dict[str, Client]:
    """The 60 named clients, and as many numbered ones as make up `count`, by code."""
    with Path(__file__).with_name("clients.csv").open(encoding="utf-8", newline="") as table:
        clients = [_client(number, row) for number, row in enumerate(csv.DictReader(table), 1)]
    segments = ("full", "small", "small", "cloud", "bundle")
    for number in range(len(clients) + 1, count + 1):
        rng = chance("client", number)
        name, users = f"Numbered Client {number:05d} LLC", rng.randint(5, 45)
        segment = rng.choice(segments)
        clients.append(Client(number, f"Client{number:05d}", name, users, segment, None, None, None, "USD"))
    return {client.code: client for client in clients}


def fold(name: str, keep_accents: bool = False) -> str:
    """The name by its letters and digits alone, with accented letters dropped or kept as their base."""
    text = unicodedata.normalize("NFKD", name) if keep_accents else name
    return re.sub("[^a-z0-9]", "", text.lower())


def spelled(client: Client, source: str) -> str:
    """The client's name as this source writes it."""
    if source == "connectwise_additions" or source.startswith("canada"):
        short = source == "canada_agreements" and client.code == "BeaulieuConseil"
        return "Groupe Conseil Beaulieu" if short else client.name
    if client.code.startswith("Client0"):
        return client.name
    bare = _SUFFIX.sub("", client.name)
    plain = unicodedata.normalize("NFKD", bare).encode("ascii", "ignore").decode()
    words = [word.strip(",") for word in plain.split() if word != "&"]
    return {
        0: bare,
        1: client.name.upper(),
        2: client.name.replace(",", "").replace(".", ""),
        3: plain.replace("&", "and"),
        4: client.code,
        5: plain if client.code.startswith("Summit") else f"{words[0]} {words[-1]}",
    }.get(draw(11, "spelling", client.code, source), client.name)


def account(client: Client, source: str, service: str = "") -> Account:
    """The client's account in a source, as it is for this service."""
    second = SECOND_ACCOUNTS.get((client.code, source), "") if service in SECOND_SERVICES else ""
    name = "" if source == "acronis" else spelled(client, source) + second
    return Account(account_id(client, source, second), name)


def account_id(client: Client | None, source: str, second: str = "") -> str:
    """The id that a source gives a customer, None being the MSP itself; empty where it has none.

    Each customer has seven numbers of its own, so that no two share an id.
    """
    key = client.code + second if client else "home"
    if source in ("microsoft", "pax8_invoice_items", "acronis"):
        return guid(source, key)
    if source in ("quickbooks", "canada_agreements"):
        return ""
    place = client.number + len(SECOND_ACCOUNTS) if client else 0
    if client and second:
        place = 1 + list(SECOND_ACCOUNTS).index((client.code, source))
    number = 7 * place + draw(7, "account", source, key)
    if source == "rmm_invoice":
        return f"{number * 7 + 311:06d}"
    base = {"huntress": 410000, "ninjaone_devices": 1, "canada_invoices": 250}.get(source, 19000)
    return str(base + number)


def current(client: Client, day: date) -> bool:
    """The client is a client on this day."""
    return (client.start is None or client.start <= day) and (client.end is None or client.end > day)


def newcomer(client: Client) -> bool:
    """Joined within the sample's cycles."""
    return client.start is not None and client.start >= CYCLES[0].first


def needs_row(client: Client, seen: Account) -> bool:
    """The source's spelling is not the client's name or code by letters and digits, whatever the accents."""
    return not any(
        all(fold(seen.name, keep) == fold(own, keep) for keep in (False, True)) for own in (client.name, client.code)
    )
