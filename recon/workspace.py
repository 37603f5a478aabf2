"""A workspace: the folder with recon.yaml, the inbox of source files, the catalog, the store and the runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from recon.declared import Declared, read_declaration
from recon.errors import ReconError, unknown
from recon.period import Cycle
from recon.policy import Policy

CONFIG = "recon.yaml"
Side = Literal["delivered", "charged", "promised", "billed"]


Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code")]


class Source(Declared):
    """A feed that the workspace expects: listing it makes it required."""

    profile: str
    files: str | None = None
    side: Side | None = None
    required: bool = True
    currency: Currency | None = None
    date: str | None = None
    decimal: Literal[".", ","] | None = None


class Config(Declared):
    """recon.yaml."""

    name: str = Field(min_length=1)
    currency: Currency = "USD"
    sources: dict[str, Source] = {}
    policy: Policy = Policy()
    store: str | None = None
    threads: int | None = Field(default=None, ge=1)
    memory_limit: str | None = None

    @field_validator("sources")
    @classmethod
    def _plain_names(cls, sources: dict[str, Source]) -> dict[str, Source]:
        for name in sources:
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
                raise ValueError(f"source name {name!r} may hold only a-z, 0-9 and _")
        return sources


@dataclass(frozen=True)
class Folder:
    """Where a workspace keeps things, and its settings."""

    root: Path
    config: Config

    @classmethod
    def open(cls, path: str | Path) -> Folder:
        """The workspace at `path`. Raises ReconError where it has no readable recon.yaml."""
        root = Path(path).expanduser()
        if not root.is_dir():
            raise ReconError(f"{root} is not a folder; make a workspace with: recon init {root}")
        if not (root / CONFIG).is_file():
            raise ReconError(f"{root} has no {CONFIG}; make a workspace with: recon init {root}")
        return cls(root.resolve(), read_declaration(root / CONFIG, Config, CONFIG))

    @property
    def cycles(self) -> list[Cycle]:
        """The cycles that have a folder in the inbox, oldest first."""
        inbox = self.root / "inbox"
        names = [entry.name for entry in inbox.iterdir() if entry.is_dir()] if inbox.is_dir() else []
        return sorted(Cycle.parse(name) for name in names if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", name))

    def inbox(self, cycle: Cycle) -> Path:
        """The folder of a cycle's files; ReconError names the cycles that exist."""
        if cycle not in self.cycles:
            raise unknown("cycle", str(cycle), [str(one) for one in self.cycles])
        return self.root / "inbox" / str(cycle)

    def files(self, cycle: Cycle) -> list[Path]:
        """The source files of a cycle in a fixed order; hidden files and lock files are not sources."""
        folder = self.inbox(cycle)
        found = [path for path in folder.rglob("*") if path.is_file()]
        return sorted(
            (path for path in found if not path.name.startswith((".", "~$"))),
            key=lambda path: path.relative_to(folder).as_posix(),
        )

    @property
    def runs(self) -> Path:
        """Where run folders go."""
        return self.root / "runs"

    @property
    def store_url(self) -> str:
        """The database of decisions: the configured one, else one SQLite file in the workspace."""
        return self.config.store or f"sqlite:///{self.root / 'recon.sqlite'}"
