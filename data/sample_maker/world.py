"""The world: clients, deals, the facts of three cycles, and what was planted in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from .basics import CYCLES, Cycle, cents, draw
from .catalog import BUNDLE, BUNDLE_PARTS, SERVICES
from .clients import Client, current, make_clients
from .deals import Deal, make_deals
from .derive import agreement_bill, bills, charges, document
from .facts import Bill, Facts, Pair, Planted

Plant = Callable[["World"], None]


class World:
    """All facts, and a picker that gives each planted error a client and service of its own."""

    def __init__(self, count: int, before: tuple[Plant, ...] = (), after: tuple[Plant, ...] = ()) -> None:
        """Build `count` clients; `before` edits use and promises, `after` edits invoices and vendor bills."""
        self.clients = make_clients(count)
        self.deals = make_deals(self.clients)
        self.facts = {cycle.name: self._base(cycle) for cycle in CYCLES}
        self.planted: list[Planted] = []
        self.altered_invoices: set[tuple[str, str]] = set()  # Canadian (client, cycle) whose total is spoken for
        self._taken: set[Pair] = set()
        self._load: Counter[str] = Counter()
        netted = {name: self._credited(name) for name in self.facts}
        for plant in before:
            plant(self)
        for facts in self.facts.values():
            facts.bills = bills(facts, self.clients)
            facts.charges = charges(facts, self.clients, self.deals)
            self._net_credits(facts, netted[facts.cycle.name])
        for plant in after:
            plant(self)

    def _base(self, cycle: Cycle) -> Facts:
        facts = Facts(cycle)
        for pair, deal in self.deals.items():
            facts.promises += deal.promises(cycle)
            key, left = (pair.client, deal.agreement), deal.client.end
            facts.agreement_currency[key] = deal.client.currency
            if left and left <= cycle.next:  # the export is made just after the cycle
                facts.agreement_end[key] = left - timedelta(days=1)
            if not current(deal.client, cycle.last):
                continue
            if cycle.name in deal.used:
                facts.usage[pair] = deal.used[cycle.name]
            if pair.service == BUNDLE:
                bundles = sum((a.levels[cycle.name] for a in deal.additions), Decimal(0))
                for part, units in BUNDLE_PARTS.items():
                    facts.usage[Pair(pair.client, part)] = bundles * units
        for client in self.clients.values():  # Huntress counts every product for every organisation
            for service in SERVICES.values():
                if service.feed == "huntress" and current(client, cycle.last):
                    facts.usage.setdefault(Pair(client.code, service.code), Decimal(0))
        return facts

    def _credited(self, cycle: str) -> list[Pair]:
        """Two lines of the cycle that are billed too high and credited back, which nets to nothing."""
        return [self.pick(service, "USD", (cycle,)) for service in ("DNS-FILTER", "SUP-USER")]

    def _net_credits(self, facts: Facts, pairs: list[Pair]) -> None:
        for pair in pairs:
            line = facts.billed(pair)[0]
            line.quantity += 2
            line.amount = cents(line.quantity * line.price)
            number = document(self.clients[pair.client], facts.cycle, "CR")
            facts.bills.append(Bill(*pair, "USD", Decimal(2), -line.price, -cents(2 * line.price), number, "credit"))
        whole = [bill for bill in facts.bills if bill.agreement]
        line = whole[draw(len(whole), "credit", facts.cycle.name)]
        client = self.clients[line.client]
        self.altered_invoices.add((line.client, facts.cycle.name))
        corrected = agreement_bill(client, facts.cycle, line.agreement, line.amount + 100, "invoice")
        facts.bills[facts.bills.index(line)] = corrected
        facts.bills.append(agreement_bill(client, facts.cycle, line.agreement, Decimal(-100), "credit"))

    def pick(self, service: str, currency: str, cycles: tuple[str, ...], least: int = 3) -> Pair:
        """A quiet deal of the service that nothing else was planted on, and takes it."""
        return self._take(
            service,
            currency,
            lambda pair: pair in self.deals and all(self._quiet(self.deals[pair], name, least) for name in cycles),
        )

    def pick_added(self, service: str, cycle: str) -> Pair:
        """A deal of a client in USD that grew in the middle of the cycle, at an unchanged price."""
        return self._take(
            service,
            "USD",
            lambda pair: (
                pair in self.deals
                and cycle in self.deals[pair].add_day
                and len({a.price for a in self.deals[pair].additions}) == 1
            ),
        )

    def pick_none(self, service: str, currency: str, cycles: tuple[str, ...]) -> Pair:
        """A client through all cycles who never bought the service, alone or in the bundle."""

        def free(pair: Pair) -> bool:
            client = self.clients[pair.client]
            inside = service in BUNDLE_PARTS and client.bundled
            return pair not in self.deals and not inside and _always(client)

        return self._take(service, currency, free)

    def pick_bundle(self, service: str, currency: str) -> Pair:
        """A client whose use of the service is covered by the bundle."""
        return self._take(service, currency, lambda pair: Pair(pair.client, BUNDLE) in self.deals)

    def pick_leaving(self, service: str, currency: str) -> Pair:
        """A deal of a client who leaves within the cycles."""
        return self._take(
            service, currency, lambda pair: pair in self.deals and self.clients[pair.client].end is not None
        )

    def pick_agreement(self, currency: str, name: str) -> list[Pair]:
        """All services of one client's agreement of this name; takes them all."""
        for client in sorted(self.clients.values(), key=lambda c: (self._load[c.code], draw(997, c.code))):
            pairs = [p for p, d in self.deals.items() if p.client == client.code and d.agreement == name]
            quiet = all(self._quiet(self.deals[p], c.name, 1) for p in pairs for c in CYCLES)
            if client.currency == currency and len(pairs) > 1 and quiet and not self._taken & set(pairs):
                self._taken |= set(pairs)
                self._load[client.code] += len(pairs)
                return pairs
        raise LookupError(f"no agreement {name} in {currency} is free")

    def _take(self, service: str, currency: str, fits: Callable[[Pair], bool]) -> Pair:
        pairs = [
            Pair(client.code, service)
            for client in self.clients.values()
            if client.currency == currency and Pair(client.code, service) not in self._taken
        ]
        fitting = sorted((p for p in pairs if fits(p)), key=lambda p: (self._load[p.client], draw(997, *p)))
        if not fitting:
            raise LookupError(f"no client in {currency} fits for {service}")
        self._taken.add(fitting[0])
        self._load[fitting[0].client] += 1
        return fitting[0]

    @staticmethod
    def _quiet(deal: Deal, cycle: str, least: int) -> bool:
        """One live addition at one price, billed in full, nothing included, no change in the month."""
        live = [a for a in deal.additions if a.cancelled is None or a.cancelled.isoformat()[:7] > cycle]
        return (
            _always(deal.client)
            and len(live) == 1
            and live[0].effective.isoformat()[:7] < cycle
            and not deal.included
            and deal.bill == "Billable"
            and cycle not in deal.add_day
            and live[0].levels.get(cycle, Decimal(0)) >= least
        )

    def deliver(self, cycle: str, pair: Pair, quantity: Decimal) -> None:
        """Let a client use a service in the cycle, and its vendor charge it rightly."""
        facts = self.facts[cycle]
        facts.usage[pair] = quantity
        alone = Facts(facts.cycle, {pair: quantity})
        facts.charges += charges(alone, self.clients, self.deals)

    def add(self, cycle: str, kind: str, leg: str, pair: Pair, impact: Decimal, currency: str, note: str) -> None:
        """Note a planted discrepancy."""
        self.planted.append(Planted(cycle, kind, leg, pair.client, pair.service, cents(impact), currency, note))


def _always(client: Client) -> bool:
    return client.start is None and client.end is None
