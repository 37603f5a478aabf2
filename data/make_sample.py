"""Write the sample workspace: three cycles of a made-up MSP in the real formats, with planted errors.

    python data/make_sample.py                        rewrites data/sample (inputs only)
    python data/make_sample.py --out DIR --clean      the same world without a planted error

The same arguments always give the same bytes. The generator knows nothing of the `recon` package: what it
plants, and the impact it writes into planted.csv, come from its own model of the world.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from sample_maker import (
    plants_invoice,
    plants_promise,
    plants_vendor,
    witness,
    write_microsoft,
    write_psa,
    write_quickbooks,
    write_usage,
    write_vendors,
    write_workspace,
)
from sample_maker.hosting import plants as hosting_plants
from sample_maker.hosting import witness as hosting_witness
from sample_maker.hosting import write as write_hosting
from sample_maker.hosting.arm import Arm
from sample_maker.hosting.catalog import CLIENTS
from sample_maker.world import World

_HERE = Path(__file__).resolve().parent


def build(clients: int, clean: bool) -> World:
    """The world, checked by its witness; `clients` at least 60."""
    if clean:
        world = World(clients)
    else:
        world = World(clients, plants_promise.PLANTS, plants_invoice.PLANTS + plants_vendor.PLANTS)
    witness.check(world)
    return world


def build_arm(clean: bool) -> Arm:
    """The hosting arm, checked by its witness."""
    arm = Arm() if clean else Arm(hosting_plants.BEFORE, hosting_plants.SEEN, hosting_plants.AFTER)
    hosting_witness.check(arm)
    return arm


def write(world: World, arm: Arm, out: Path) -> None:
    """Replace the workspace's inputs; its runs and its store stay."""
    if (out / "planted.csv").exists():  # a sample of ours: no file of an older world may stay
        for part in ("inbox", "catalog", "crosswalk"):
            shutil.rmtree(out / part, ignore_errors=True)
    write_workspace.write(out, world, arm)
    for facts in world.facts.values():
        inbox = out / "inbox" / facts.cycle.name
        for writer in (write_psa, write_quickbooks, write_microsoft, write_vendors, write_usage):
            writer.write(inbox, world, facts)
        write_hosting.write(inbox, arm, facts.cycle)


def main() -> None:
    """Read the arguments and write."""
    parser = argparse.ArgumentParser(description="Write the sample workspace.")
    parser.add_argument("--out", type=Path, default=_HERE / "sample", help="folder to write (default: data/sample)")
    parser.add_argument("--clean", action="store_true", help="plant no errors")
    parser.add_argument("--clients", type=int, default=60, help="number of clients, 60 or more")
    options = parser.parse_args()
    if options.clients < 60:
        parser.error("--clients must be 60 or more: the planted errors need that many")
    world = build(options.clients, options.clean)
    arm = build_arm(options.clean)
    write(world, arm, options.out)
    clients, planted = len(world.clients) + len(CLIENTS), len(world.planted) + len(arm.planted)
    counts = f"{clients} clients, {len(world.deals)} deals, {planted} planted rows"
    print(f"{options.out}: {counts}")


if __name__ == "__main__":
    main()
