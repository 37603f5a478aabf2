"""How a race is run: each contestant in a process of its own, in turn, several rounds, medians.

A contestant is a script that takes the input's folder and prints one JSON object, its result, as its last line. All
must print the same: a race between different answers means nothing.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
OUT = HERE / "out"


@dataclass(frozen=True)
class Reading:
    """One finished run: seconds of wall time and of processor time from start to exit, peak memory in MiB."""

    seconds: float
    processor: float
    peak: float


def race(contestants: Mapping[str, str], folder: Path, rounds: int) -> tuple[dict[str, Reading], Any]:
    """Run every contestant `rounds` times, alternating; returns each one's medians, and the result they share."""
    readings: dict[str, list[Reading]] = {name: [] for name in contestants}
    results: dict[str, Any] = {}
    for number in range(1, rounds + 1):
        for name, script in contestants.items():
            reading, results[name] = run(HERE / script, folder)
            readings[name].append(reading)
            print(f"  round {number}: {name} {reading.seconds:.2f} s, {reading.peak:.0f} MiB", flush=True)
    first = next(iter(results.values()))
    for name, result in results.items():
        assert result == first, f"{name} found\n{result}\nwhere others found\n{first}"
    return {name: _median(found) for name, found in readings.items()}, first


def run(script: Path, folder: Path) -> tuple[Reading, Any]:
    """One contestant's run. Raises CalledProcessError where it fails."""
    with tempfile.TemporaryFile("w+") as output:
        started = time.perf_counter()
        process = subprocess.Popen([sys.executable, script, folder], stdout=output)
        _, status, usage = os.wait4(process.pid, 0)  # the only call that tells one child's own peak memory
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, process.args)
        output.seek(0)
        result = json.loads(output.read().splitlines()[-1])
    scale = 2**20 if sys.platform == "darwin" else 2**10
    return Reading(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / scale), result


def report(title: str, medians: Mapping[str, Reading], packages: Sequence[str], **facts: Any) -> Path:
    """Print the medians and what they are in ratio to the first contestant; write them as JSON and return its path."""
    ours, *others = medians
    print(f"\n{title}\n{machine(packages)}\n")
    for name, one in medians.items():
        print(f"  {name:<28} {one.seconds:7.2f} s  {one.processor:7.2f} s of processor  {one.peak:7.0f} MiB")
    for name in others:
        time_ratio = medians[ours].seconds / medians[name].seconds
        memory_ratio = medians[ours].peak / medians[name].peak
        print(f"  {ours} takes {time_ratio:.1f} × the time and {memory_ratio:.1f} × the memory of {name}")
    OUT.mkdir(exist_ok=True)
    path = OUT / f"{Path(sys.argv[0]).stem}.json"
    figures = {name: asdict(one) for name, one in medians.items()}
    content = {"title": title, "machine": machine(packages), **facts, "medians": figures}
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"  written to {path}")
    return path


def machine(packages: Sequence[str]) -> str:
    """One line: processor, cores, memory, Python and the packages' versions."""
    processors = Path("/proc/cpuinfo")
    named = (
        [line for line in processors.read_text().splitlines() if "model name" in line] if processors.exists() else []
    )
    name = named[0].partition(": ")[2] if named else platform.processor() or platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    return f"{name}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, {versions}"


def _median(readings: Sequence[Reading]) -> Reading:
    return Reading(
        median(one.seconds for one in readings),
        median(one.processor for one in readings),
        median(one.peak for one in readings),
    )
