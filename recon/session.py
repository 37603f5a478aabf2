"""A workspace, as an analyst holds it."""

from __future__ import annotations

from pathlib import Path

from recon.catalog import Catalog
from recon.crosswalk.entries import current
from recon.crosswalk.exchange import take_in
from recon.period import Cycle
from recon.policy import check_names
from recon.reconcile import Inputs, reconcile
from recon.reconciliation import Reconciliation
from recon.review import links
from recon.sources.profile import profiles
from recon.store.journal import Journal
from recon.workspace import Folder


class Workspace:
    """A workspace folder, open: its settings, catalog and store."""

    def __init__(self, path: str | Path) -> None:
        """Open it. Raises ReconError where it is none, or where its settings, catalog or store can't be used."""
        self.folder = Folder.open(path)
        self.catalog = Catalog.read(self.folder.root)
        if self.folder.config.policy.overrides:
            check_names(self.folder.config.policy, known_places(self.folder, self.catalog))
        self.journal = Journal(self.folder.store_url, self.folder.root.name)
        take_in(self.journal, self.folder.root / "crosswalk", self.catalog)

    @property
    def name(self) -> str:
        """The MSP's name."""
        return self.folder.config.name

    @property
    def root(self) -> Path:
        """The folder."""
        return self.folder.root

    @property
    def currency(self) -> str:
        """The home currency."""
        return self.folder.config.currency

    @property
    def cycles(self) -> list[str]:
        """The cycles that have an inbox, oldest first."""
        return [str(one) for one in self.folder.cycles]

    @property
    def inputs(self) -> Inputs:
        """What a reconciliation depends on besides the inbox, as of now."""
        return Inputs(
            self.folder, self.catalog, current(self.journal), [one.lines for one in links.standing(self.journal)]
        )

    def reconcile(self, cycle: str | Cycle, phase: str | None = None) -> Reconciliation:
        """Reconcile a cycle written like '2026-10'. `phase` is pre, post, or read from what is in the inbox."""
        when = Cycle.parse(cycle)
        return Reconciliation(self, when, reconcile(self.inputs, when, phase or None))

    def __repr__(self) -> str:
        return f"Workspace({self.name!r}, cycles: {', '.join(self.cycles) or 'none'})"


def known_places(folder: Folder, catalog: Catalog) -> dict[str, set[str]]:
    """The clients, services and sources that an override of the policy may name."""
    return {
        "client": {one.client for one in catalog.clients},
        "service": {one.service for one in catalog.services},
        "source": {*folder.config.sources, *profiles(folder.root)},
    }


def open(path: str | Path = ".") -> Workspace:
    """The workspace at `path`."""
    return Workspace(path)
