"""The consoles' counts: Huntress usage, the Acronis usage report, NinjaOne organizations and devices."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from pathlib import Path

from .basics import CYCLES, Cycle, draw, guid
from .catalog import SERVICES
from .clients import HOME, Client, account, account_id, current
from .facts import Account, Facts, Pair
from .files import Json, csv_bytes, json_lines, put
from .world import World

_GIB = Decimal(1024**3)
_ACRONIS = [
    "application.id",
    "infra.backend_type",
    "infra.id",
    "infra.owner_id",
    "name",
    "edition",
    "tenant.id",
    "tenant.kind",
    "usage.absolute.production",
    "usage.absolute.total",
    "usage.absolute.trial",
    "usage.delta.production",
    "usage.delta.total",
    "usage.delta.trial",
    "usage.effective.production",
    "usage.effective.total",
    "usage.effective.trial",
]
_SLOTS = {"RMM-WS": 0, "RMM-SRV": 250, "RMM-NET": 290, "RMM-VMH": 360, "RMM-CLOUD": 380}
_PRINTERS, _PENDING, _STRANGE = 430, 450, 460
_HUNTRESS_PAGE = 40


def write(folder: Path, world: World, facts: Facts) -> None:
    """All usage files of a cycle; a missing source leaves no file."""
    _huntress(folder, world, facts)
    if "acronis" not in facts.missing:
        _acronis(folder, world, facts)
    _ninja(folder, world, facts)


def _huntress(folder: Path, world: World, facts: Facts) -> None:
    cycle = facts.cycle
    items = [service for service in SERVICES.values() if service.feed == "huntress"]
    counts: dict[Account, dict[str, Json]] = {}
    for client in world.clients.values():
        if current(client, cycle.last):
            seen = {s.feed_items[0]: int(facts.usage.get(Pair(client.code, s.code), 0)) for s in items}
            counts[account(client, "huntress")] = dict(seen)
    counts[Account(account_id(None, "huntress"), HOME.name)] = {"edr": 14, "itdr": 14, "sat": 14, "siem": 0}
    for stranger in facts.strangers:
        if stranger.source == "huntress" and stranger.account:
            counts.setdefault(stranger.account, {})[stranger.item] = stranger.quantity
    first = 8800000 + 100000 * CYCLES.index(cycle)
    records: list[Json] = [
        {
            "id": number,
            "period_start": f"{cycle.first}T00:00:00Z",
            "period_end": f"{cycle.next}T00:00:00Z",
            "account": {"id": 5521, "name": HOME.name, "subdomain": "cedar-ridge"},
            "organization": {"id": int(seen.id), "name": seen.name},
            "actual_usage": usage,
        }
        for number, (seen, usage) in enumerate(sorted(counts.items(), key=_organization), first)
    ]
    pages = [records[start : start + _HUNTRESS_PAGE] for start in range(0, len(records), _HUNTRESS_PAGE)]
    for number, page in enumerate(pages, 1):
        more: Json = guid("page", cycle.name, number) if number < len(pages) else None
        lines = json_lines(page).decode().strip()
        tail = json_lines([{"limit": _HUNTRESS_PAGE, "next_page_token": more}]).decode().strip()[2:-2]
        text = f'{{"organization_usage_line_items":{lines},\n"pagination":{tail}}}\n'
        put(folder / f"huntress_usage_{cycle.name}_p{number}.json", text.encode())


def _organization(entry: tuple[Account, dict[str, Json]]) -> int:
    return int(entry[0].id)


def _acronis(folder: Path, world: World, facts: Facts) -> None:
    rows, whole = [], {service.code: Decimal(0) for service in SERVICES.values() if service.feed == "acronis"}
    for pair, count in facts.usage.items():
        if SERVICES[pair.service].feed == "acronis" and count:
            tenant = account(world.clients[pair.client], "acronis", pair.service).id
            rows.append(
                _acronis_row(SERVICES[pair.service].feed_items[0], tenant, "customer", _units(pair.service, count))
            )
            whole[pair.service] += count
            if pair.service == "BKP-SRV":
                local = 1024**3 * (40 + draw(400, "local", *pair))
                rows.append(_acronis_row("pw_base_local_storage", tenant, "customer", local))
    own = account_id(None, "acronis")
    rows += [
        _acronis_row("pw_base_servers", own, "customer", 3),
        _acronis_row("pw_base_workstations", own, "customer", 14),
    ]
    for service, count in whole.items():
        rows.append(
            _acronis_row(SERVICES[service].feed_items[0], guid("partner tenant"), "partner", _units(service, count))
        )
    rows.sort(key=lambda row: (row[6], row[4]))
    put(folder / f"acronis_usage_summary_{facts.cycle.name}.csv", csv_bytes([_ACRONIS, *rows], "\n"))


def _units(service: str, count: Decimal) -> int:
    """Bytes for storage, else the count."""
    return int((count * _GIB).to_integral_value(ROUND_DOWN)) if service == "BKP-STO" else int(count)


def _acronis_row(item: str, tenant: str, kind: str, count: int) -> list[str]:
    cloud = item == "pw_base_storage"
    infra = ["acronis", guid("infra", 1), guid("infra owner")] if cloud else ["", "", ""]
    delta = count // 40
    numbers = (count, count, 0, delta, delta, 0, count, count, 0)
    return [guid("application", "backup"), *infra, item, "pw_base", tenant, kind, *map(str, numbers)]


def _ninja(folder: Path, world: World, facts: Facts) -> None:
    cycle = facts.cycle
    organizations: dict[str, str] = {}
    devices: list[Json] = []
    for index, client in enumerate(world.clients.values()):
        if not current(client, cycle.last):
            continue
        for service in ("RMM-WS", "RMM-SRV"):
            seen = account(client, "ninjaone_devices", service)
            organizations[seen.id] = seen.name
        devices += _client_devices(cycle, facts, client, 10000 + 500 * index)
    own = Account(account_id(None, "ninjaone_devices"), f"{HOME.name} (internal)")
    organizations[own.id] = own.name
    devices += [_device(cycle, own, "WINDOWS_WORKSTATION", 9000 + number) for number in range(14)]
    records: list[Json] = [
        {"id": int(key), "name": name, "description": "", "nodeApprovalMode": "AUTOMATIC", "tags": []}
        for key, name in sorted(organizations.items(), key=lambda entry: int(entry[0]))
    ]
    put(folder / "ninjaone_organizations.json", json_lines(records))
    for number, start in enumerate(range(0, len(devices), 1000), 1):
        put(folder / f"ninjaone_devices_p{number}.json", json_lines(devices[start : start + 1000]))


def _client_devices(cycle: Cycle, facts: Facts, client: Client, base: int) -> list[Json]:
    """One record a device: what is counted, printers beside it, and now and then one not approved yet."""
    found: list[Json] = []
    for service, slot in _SLOTS.items():
        seen = account(client, "ninjaone_devices", service)
        kinds = SERVICES[service].feed_items
        count = int(facts.usage.get(Pair(client.code, service), 0))
        assert slot + count <= min(s for s in (*_SLOTS.values(), _PRINTERS) if s > slot), f"{client.code}: {service}"
        for number in range(count):
            rare = 0 if number % 5 != 4 else 1 + (number // 5) % (len(kinds) - 1) if len(kinds) > 1 else 0
            found.append(_device(cycle, seen, kinds[rare], base + slot + number))
    seen = account(client, "ninjaone_devices")
    for number in range(draw(4, "printers", client.code)):
        found.append(_device(cycle, seen, "NMS_PRINTER", base + _PRINTERS + number))
    if draw(9, "pending", client.code, cycle.name) == 0:
        found.append(_device(cycle, seen, "WINDOWS_WORKSTATION", base + _PENDING, "PENDING"))
    for stranger in facts.strangers:
        if stranger.source == "ninjaone_devices" and stranger.client == client.code:
            found += [_device(cycle, seen, stranger.item, base + _STRANGE + n) for n in range(stranger.quantity)]
    return found


def _device(cycle: Cycle, seen: Account, kind: str, number: int, approval: str = "APPROVED") -> Json:
    name = f"{kind.split('_')[-1][:4]}-{number:05d}"
    created = Decimal(1690000000 + draw(80000000, "created", number))
    contact = Decimal(int(cycle.last.strftime("%j")) * 86400 + 1767225600 + draw(80000, "contact", number))
    return {
        "id": number,
        "uid": guid("device", number),
        "organizationId": int(seen.id),
        "locationId": int(seen.id) + 3,
        "nodeClass": kind,
        "approvalStatus": approval,
        "offline": draw(14, "offline", number, cycle.name) == 0,
        "systemName": name,
        "created": created,
        "lastContact": contact,
    }
