"""Which services a client bought, and how many at first."""

from __future__ import annotations

import random

from .basics import chance
from .catalog import BUNDLE
from .clients import Client

# How likely a client is to buy what is counted in ones or twos, in fifths of its people, or in seats.
_EXTRAS = {
    "M365-BB": 0.4,
    "M365-APPS": 0.15,
    "EXO-P1": 0.4,
    "ENTRA-P1": 0.12,
    "PBI-PRO": 0.25,
    "VISIO-P2": 0.18,
    "PROJ-P3": 0.07,
    "TEAMS-PHONE": 0.2,
    "DMARC": 0.25,
    "VCIO": 0.4,
    "COMPLY": 0.2,
    "AFTERHRS": 0.2,
    "INET-MGD": 0.25,
    "FW-HAAS": 0.35,
    "SW-HAAS": 0.2,
    "DOMAIN": 0.5,
    "SSL": 0.25,
    "RMM-CLOUD": 0.2,
}
_FEW = {"VCIO", "COMPLY", "AFTERHRS", "INET-MGD", "FW-HAAS", "DMARC"}
_SEATS = {
    "HUN-EDR": 0.75,
    "HUN-ITDR": 0.65,
    "HUN-SAT": 0.5,
    "HUN-SIEM": 0.25,
    "BKP-M365": 0.45,
    "EMAIL-SEC": 0.55,
    "DNS-FILTER": 0.35,
    "PWD-MGR": 0.3,
    "ARCHIVE": 0.12,
    "MFA": 0.2,
    "BKP-WS": 0.2,
}


def kit_of(client: Client) -> dict[str, int]:
    """Services a client bought, with their first quantities."""
    rng = chance("kit", client.code)
    users, servers = client.users, {"cloud": 0, "small": 1}.get(client.segment, max(1, client.users // 12))
    likely = rng.random
    kit = {"M365-E3" if users > 34 else rng.choice(["M365-BP", "M365-BP", "M365-BS"]): users}
    for service, odds in _EXTRAS.items():
        if likely() < odds:
            kit[service] = rng.randint(1, 2) if service in _FEW else rng.randint(1, max(3, users // 5))
    for service, odds in _SEATS.items():
        if likely() < odds:
            kit[service] = max(4, users + rng.randint(-4, 4))
    if likely() < 0.25:
        kit["EMAIL-SIG"] = 5 * max(1, users // 5)
    if likely() < 0.25:
        kit["VOIP-LINE"] = max(3, users // 2)
    kit |= _hardware(client, servers, rng)
    if client.bundled:
        kit.pop("HUN-EDR", None)
        kit[BUNDLE] = kit.pop("RMM-WS")
    return kit


def _hardware(client: Client, servers: int, rng: random.Random) -> dict[str, int]:
    """Devices, their backup and their support."""
    users = client.users
    kit = {"RMM-WS": users + rng.randint(-1, 4)}
    if client.segment != "cloud" or rng.random() < 0.3:
        kit["RMM-NET"] = max(3, users // 6)
    if servers:
        kit |= {"RMM-SRV": servers, "SUP-SRV": servers}
        if rng.random() < 0.75:
            kit |= {"BKP-SRV": servers, "BKP-STO": 100 * rng.randint(8, 40)}
        if client.segment == "full":
            kit |= {"RMM-VMH": rng.randint(1, 2)} if rng.random() < 0.6 else {}
            kit |= {"BKP-VM": rng.randint(2, 5)} if rng.random() < 0.4 else {}
            kit |= {"COLO-U": rng.randint(1, 4)} if rng.random() < 0.25 else {}
    if rng.random() < 0.6:
        kit["SUP-USER"] = users
    return kit
