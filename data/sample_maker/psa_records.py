"""The PSA's JSON objects: agreements, additions and invoices with the fields of its REST API."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from .basics import Cycle, cents, draw
from .catalog import SERVICES, unit_cost
from .clients import Client, account, account_id
from .derive import document
from .facts import Account, Bill, Facts, Promise
from .files import Json
from .world import World

_BASE = "https://api-na.myconnectwise.example/v4_6_release/apis/3.0"
_CURRENCIES: dict[str, Json] = {
    "USD": {"id": 7, "currencyCode": "USD", "name": "US Dollars"},
    "CAD": {"id": 12, "currencyCode": "CAD", "name": "Canadian Dollars"},
}
_TERMS: Json = {"id": 3, "name": "Net 30 days"}
# What is the same on every agreement of this MSP.
_AGREEMENT: dict[str, Json] = {
    "customerPO": "",
    "locationId": 2,
    "departmentId": 10,
    "restrictLocationFlag": False,
    "oneTimeFlag": False,
    "coverAgreementTime": True,
    "coverAgreementProduct": False,
    "coverAgreementExpense": False,
    "coverSalesTax": False,
    "carryOverUnused": False,
    "allowOverruns": True,
    "expiredDays": 0,
    "limit": 0,
    "expireWhenZero": False,
    "chargeToFirm": False,
    "employeeCompRate": "Hourly",
    "employeeCompNotExceed": "Billing",
    "invoicingCycle": "CalendarYear",
    "periodType": "Current",
    "billTime": "Billable",
    "billExpenses": "Billable",
    "billProducts": "Billable",
    "billableTimeInvoice": True,
    "billableProductInvoice": True,
    "autoInvoiceFlag": False,
    "billOneTimeFlag": False,
    "prorateFlag": True,
    "taxable": False,
    "billAmount": Decimal(0),
    "billingCycle": {"id": 2, "name": "Monthly"},
    "billingTerms": _TERMS,
}
# What is the same on every addition, and on every invoice.
_ADDITION: dict[str, Json] = {
    "agreementStatus": "Active",
    "taxableFlag": False,
    "prorateCurrentPeriodFlag": False,
    "purchaseItemFlag": False,
    "specialOrderFlag": False,
    "serialNumber": "",
}
_INVOICE: dict[str, Json] = {
    "status": {"id": 1, "name": "Sent", "isClosed": False},
    "billingTerms": _TERMS,
    "customerPO": "",
    "agreementAmount": Decimal(0),
    "productTotal": Decimal(0),
    "expenseTotal": Decimal(0),
    "payments": Decimal(0),
    "credits": Decimal(0),
    "downpaymentApplied": Decimal(0),
    "serviceAdjustmentAmount": Decimal(0),
    "taxableFlag": True,
    "specialInvoiceFlag": False,
    "taxCode": {"id": 5, "name": "Sales tax"},
    "locationId": 4,
    "departmentId": 12,
    "currency": _CURRENCIES["CAD"],
}
UNKNOWN_AGREEMENT = 409  # below those of known clients: of the company that is not in the client list


def _stamp(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _info(path: str, day: date) -> dict[str, Json]:
    return {
        "lastUpdated": f"{day.isoformat()}T14:05:22Z",
        "updatedBy": "jkerrigan",
        "_href": f"{_BASE}/{path}",
    }


def _company(seen: Account, code: str) -> dict[str, Json]:
    number = int(seen.id)
    link = f"{_BASE}/company/companies/{number}"
    return {"id": number, "identifier": code, "name": seen.name, "_info": {"company_href": link}}


def agreement(world: World, facts: Facts, number: int, key: tuple[str, str]) -> Json:
    """An agreement as of the cycle's end; `key` is its client (or unknown company's name) and its name."""
    owner, name = key
    client = world.clients.get(owner)
    company = account(client, "connectwise_additions") if client else Account("18999", owner)
    mine = [p for p in facts.promises if p.agreement == name and (p.client or owner) == owner]
    start = min(p.effective for p in mine)
    last_day = facts.agreement_end.get(key)
    record: dict[str, Json] = {
        "id": number,
        "name": name,
        "type": {"id": 4, "name": "Managed Services"},
        "company": _company(company, owner if client else "SparrowLane"),
        "contact": {"id": 7000 + number, "name": "Accounts Payable"},
        "site": {"id": 8000 + number, "name": "Main"},
        "startDate": _stamp(start),
        "billStartDate": _stamp(start),
        "nextInvoiceDate": _stamp(facts.cycle.next),
        "noEndingDateFlag": last_day is None,
        "cancelledFlag": last_day is not None,
        "agreementStatus": "Cancelled" if last_day else "Active",
        **_AGREEMENT,
        "currency": _CURRENCIES[facts.agreement_currency.get(key, "USD")],
        "_info": _info(f"finance/agreements/{number}", facts.cycle.last),
    }
    if last_day:
        record["endDate"], record["dateCancelled"] = _stamp(last_day), _stamp(last_day + timedelta(days=1))
    return record


def addition(facts: Facts, agreement: int, line: Promise) -> Json:
    """An addition of an agreement."""
    product, text = _product(line)
    key = 100 + 7 * list(SERVICES).index(line.service) if line.service else 93
    cost = (unit_cost(line.service, "USD", facts.cycle.name) if line.service else None) or Decimal(0)
    path = f"finance/agreements/{agreement}/additions/{line.number}"
    record: dict[str, Json] = {
        "id": line.number,
        "agreementId": agreement,
        "product": {"id": key, "identifier": product},
        "description": text,
        "invoiceDescription": text,
        "sequenceNumber": Decimal(line.number % 40 + 1),
        "quantity": line.quantity,
        "lessIncluded": line.included,
        "billedQuantity": line.net,
        "uom": "GB" if line.service == "BKP-STO" else "Each",
        "unitPrice": line.price,
        "unitCost": cost,
        "extPrice": cents(line.price * line.quantity),
        "extCost": cents(cost * line.quantity),
        "margin": cents((line.price - cost) * line.quantity),
        "effectiveDate": _stamp(line.effective),
        "billCustomer": line.bill,
        **_ADDITION,
        "_info": _info(path, max(line.effective, date(2026, 6, 30))),
    }
    if line.cancelled:
        record["cancelledDate"] = _stamp(line.cancelled)
    return record


def _product(line: Promise) -> tuple[str, str]:
    """Product id and description; a product that isn't named by the service's code has its own wording."""
    if line.item:
        return line.item.id, line.item.name
    service = SERVICES[line.service]
    return service.psa, service.name if service.psa == service.code else f"{service.name} (monthly)"


def agreement_invoice(key: int, client: Client, cycle: Cycle, agreement: int, bill: Bill) -> Json:
    """An invoice, or credit memo, for a whole agreement: it doesn't list the additions."""
    kind = "CreditMemo" if bill.kind == "credit" else "Agreement"
    record = _invoice(key, client, cycle, bill.document, kind, bill.amount, bill.tax)
    record["agreement"] = {"id": agreement, "name": bill.agreement, "type": "Managed Services"}
    record |= {"agreementAmount": bill.amount, "serviceTotal": Decimal(0)}
    return record | {"applyToType": "Agreement", "applyToId": agreement}


def ticket_invoices(first: int, world: World, cycle: Cycle) -> list[Json]:
    """Time and material on tickets, with ids from `first` on: in the same feed, no matter of agreements."""
    buyers = [c for c in world.clients.values() if c.currency == "CAD" and c.start is None]
    chosen = sorted(buyers, key=lambda c: draw(99, "ticket", c.code, cycle.name))[:2]
    found: list[Json] = []
    for key, client in enumerate(chosen, first):
        amount = Decimal(135) * (2 + draw(6, "hours", client.code, cycle.name))
        tax = cents(amount * (client.tax_rate or Decimal(0)))
        found.append(_invoice(key, client, cycle, document(client, cycle, "T"), "Standard", amount, tax))
    return found


def _invoice(
    key: int, client: Client, cycle: Cycle, number: str, kind: str, amount: Decimal, tax: Decimal
) -> dict[str, Json]:
    owner = _company(Account(account_id(client, "canada_invoices"), client.name), client.code)
    return {
        "id": key,
        "invoiceNumber": number,
        "type": kind,
        "company": owner,
        "billToCompany": owner,
        "date": _stamp(cycle.last),
        "dueDate": _stamp(cycle.last + timedelta(days=30)),
        "reference": f"{cycle.name} services",
        "subtotal": amount,
        "salesTax": tax,
        "total": amount + tax,
        "balance": amount + tax,
        "serviceTotal": amount,
        **_INVOICE,
        "_info": _info(f"finance/invoices/{key}", cycle.last),
    }
