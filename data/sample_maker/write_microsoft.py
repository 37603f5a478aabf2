"""Partner Center's new-commerce reconciliation file: one invoice, and one gzip CSV, per currency."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from .basics import CYCLES, ZERO, Cycle, cents, chance, code, draw, guid, plain
from .catalog import SERVICES
from .clients import HOME, account, account_id, fold
from .derive import a_year_from
from .facts import Account, Charge, Facts, Item
from .files import csv_bytes, gzip_bytes, put
from .world import World

TRIAL = Item("CFQ7TTC0TR1L:0002", "Microsoft 365 Business Premium Trial")
_COLUMNS = [
    "PartnerId",
    "CustomerId",
    "CustomerName",
    "CustomerDomainName",
    "CustomerCountry",
    "InvoiceNumber",
    "MpnId",
    "ResellerMpnId",
    "OrderId",
    "OrderDate",
    "ProductId",
    "SkuId",
    "AvailabilityId",
    "SkuName",
    "ProductName",
    "ChargeType",
    "UnitPrice",
    "Quantity",
    "Subtotal",
    "TaxTotal",
    "Total",
    "Currency",
    "PriceAdjustmentDescription",
    "PublisherName",
    "PublisherId",
    "SubscriptionDescription",
    "SubscriptionId",
    "ChargeStartDate",
    "ChargeEndDate",
    "TermAndBillingCycle",
    "EffectiveUnitPrice",
    "UnitType",
    "AlternateId",
    "BillableQuantity",
    "BillingFrequency",
    "PricingCurrency",
    "PCToBCExchangeRate",
    "PCToBCExchangeRateDate",
    "MeterDescription",
    "ReservationOrderId",
    "CreditReasonCode",
    "SubscriptionStartDate",
    "SubscriptionEndDate",
    "ReferenceId",
    "ProductQualifiers",
    "PromotionId",
]


def write(folder: Path, world: World, facts: Facts) -> None:
    """The reconciliation files of a cycle, their lines in no order."""
    index = CYCLES.index(facts.cycle)
    for currency in ("USD", "CAD"):
        number = f"G0{84512291 + index * 41877 + (0 if currency == 'USD' else 19)}"
        lines = [c for c in facts.charges if (c.source, c.currency) == ("microsoft", currency)]
        lines += _own_tenant(facts.cycle, world) if currency == "USD" else []
        chance("order", facts.cycle.name, currency).shuffle(lines)
        table = [_COLUMNS, *(_row(facts.cycle, line, number) for line in lines)]
        content = csv_bytes(table, bom=currency == "USD")
        put(folder / f"ReconFile_{number}_{currency}.csv.gz", gzip_bytes(content, 2 if index == 1 else 1))


def _own_tenant(cycle: Cycle, world: World) -> list[Charge]:
    """The MSP's own licences, and a free trial of a client: both excluded by the crosswalk."""
    cost, seats = Decimal("31.20"), Decimal(22)
    own = Charge("microsoft", "", "M365-E3", "USD", seats, cost, cost * seats, excluded=True)
    own.account, own.effective_price = Account(account_id(None, "microsoft"), HOME.name), cost
    somebody = next(iter(world.clients.values()))
    trial = Charge("microsoft", somebody.code, "", "USD", Decimal(25), ZERO, ZERO, item=TRIAL, excluded=True)
    trial.account, trial.effective_price = account(somebody, "microsoft"), ZERO
    for line in (own, trial):
        line.word, line.start, line.end = "cycleCharge", cycle.first, cycle.last
        line.contract = guid("subscription", "own", _item(line).id)
    trial.word = "new"
    return [own, trial]


def _item(line: Charge) -> Item:
    return line.item or SERVICES[line.service].vendor_item()


def _row(cycle: Cycle, line: Charge, number: str) -> list[str]:
    value = {"InvoiceNumber": number, **_who(line), **_what(line), **_how_much(line), **_when(cycle, line)}
    return [value.get(column, "") for column in _COLUMNS]


def _who(line: Charge) -> dict[str, str]:
    tenant = line.account or Account("", "")
    hidden = draw(9, "domain", tenant.id) == 0
    return {
        "PartnerId": guid("partner"),
        "CustomerId": tenant.id,
        "CustomerName": tenant.name,
        "CustomerDomainName": "" if hidden else f"{fold(tenant.name, True)[:24]}.example",
        "CustomerCountry": "CA" if line.currency == "CAD" else "US",
        "MpnId": "6104417",
        "ResellerMpnId": "-1" if draw(15, "mpn", tenant.id) == 0 else "0",
    }


def _what(line: Charge) -> dict[str, str]:
    item = _item(line)
    product, sku = item.id.split(":")
    order = f"{code(32, 'order', line.contract)}, {code(12, 'item', line.contract).lower()}"
    promoted = draw(20, "promotion", line.contract) == 0
    qualifiers = "[]" if draw(5, "qualifier", product) == 0 else ""
    return {
        "OrderId": order,
        "ProductId": product,
        "SkuId": sku,
        "AvailabilityId": f"CFQ7TTC0{code(4, 'availability', product)}",
        "SkuName": item.name,
        "ProductName": item.name.split(" (")[0],
        "ChargeType": line.word,
        "PriceAdjustmentDescription": '["0.0% Global promotion"]' if promoted else "",
        "PublisherName": "Microsoft",
        "SubscriptionDescription": item.name,
        "SubscriptionId": line.contract,
        "TermAndBillingCycle": "One-Year commitment for monthly/yearly billing",
        "BillingFrequency": "Monthly",
        "AlternateId": code(12, "alternate", line.contract).lower(),
        "CreditReasonCode": "SLA credit" if line.kind == "credit" else "",
        "ProductQualifiers": '["Trial"]' if item == TRIAL else qualifiers,
    }


def _how_much(line: Charge) -> dict[str, str]:
    """Quantities without a sign; the sign of a refund is in its effective price and its subtotal."""
    tax = cents(line.amount * Decimal("0.13")) if line.currency == "CAD" else ZERO
    seats = plain(abs(line.quantity)) if line.kind != "credit" else "1"
    return {
        "UnitPrice": plain(abs(line.cost)),
        "EffectiveUnitPrice": plain(line.effective_price or ZERO),
        "Quantity": seats,
        "BillableQuantity": seats,
        "Subtotal": plain(line.amount),
        "TaxTotal": plain(tax),
        "Total": plain(line.amount + tax),
        "Currency": line.currency,
        "PricingCurrency": line.currency,
        "PCToBCExchangeRate": "1",
    }


def _when(cycle: Cycle, line: Charge) -> dict[str, str]:
    start, end = line.start or cycle.first, line.end or cycle.last
    usual = date(2026, 1 + draw(7, "begun", line.contract), min(start.day, 28))
    begun, until = line.term or a_year_from(usual)
    return {
        "OrderDate": _us(begun),
        "ChargeStartDate": _us(start),
        "ChargeEndDate": _us(end),
        "PCToBCExchangeRateDate": _us(cycle.first),
        "SubscriptionStartDate": _us(begun),
        "SubscriptionEndDate": _us(until),
        "ReferenceId": guid("reference", line.contract, start),
    }


def _us(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"
