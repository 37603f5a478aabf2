"""What the columns of two compared tables mean."""

from __future__ import annotations

from dataclasses import dataclass

NUMBERS = ("quantity", "unit_price", "amount")


@dataclass(frozen=True)
class Meaning:
    """Which columns say what. `constant` is the one currency of all rows where no column states it; it may be ''."""

    on: tuple[str, ...]
    quantity: str | None
    unit_price: str | None
    amount: str | None
    currency: str | None
    constant: str = ""

    @property
    def numbers(self) -> dict[str, str]:
        """The columns of numbers by what they mean."""
        named = {name: getattr(self, name) for name in NUMBERS}
        return {name: column for name, column in named.items() if column is not None}

    @property
    def keys(self) -> dict[str, str]:
        """The columns that identify a row, by the names k0, k1, … and `currency` that the engine has them under."""
        keys = {f"k{place}": name for place, name in enumerate(self.on)}
        return keys if self.currency is None else {**keys, "currency": self.currency}

    @property
    def counts_only(self) -> bool:
        """Whether there is no money at all: one unit then counts as 1."""
        return self.amount is None and self.unit_price is None

    @property
    def places(self) -> dict[str, list[str]]:
        """Which key columns make client, service and contract.

        Columns of the names client and service are what they say. The others together take the first of the three
        that is free.
        """
        places = {name: [key for key, column in self._parts if column == name] for name in ("client", "service")}
        places["contract"] = []
        others = [key for key, column in self._parts if column not in ("client", "service")]
        free = next(name for name, keys in places.items() if not keys)
        return {**places, free: others}

    @property
    def _parts(self) -> list[tuple[str, str]]:
        return [(f"k{place}", name) for place, name in enumerate(self.on)]
