"""Declarations in YAML: a fault answers with file, line, key and what is allowed."""

from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import Field

from recon.declared import Declared, read_declaration
from recon.errors import ReconError
from recon.policy import Number


class Part(Declared):
    name: str
    share: Number = Field(default=0, ge=0)


class Whole(Declared):
    title: str
    parts: dict[str, Part] = {}
    chain: list[Part] = []
    main: Part | None = None


def read(path: Path, text: str | bytes) -> Whole:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_declaration(path, Whole, "whole.yaml")


FAULTS = [
    ("title: T\npart: {}\n", "whole.yaml line 2: part is not a known key; allowed here: chain, main, parts, title."),
    ("title: T\nparts:\n  a:\n    name: A\n    colour: red\n",
     "whole.yaml line 5: parts.a.colour is not a known key; allowed here: name, share."),
    ("title: T\nmain: {nmae: A}\n", "whole.yaml line 2: main.name is missing."),
    ("title: T\nchain:\n- name: A\n- name: B\n  share: -1\n",
     "whole.yaml line 5: chain.1.share input should be greater than or equal to 0, found '-1'."),
    ("title: T\nchain:\n- name: A\n  share: true\n", "whole.yaml line 4: chain.0.share should be a number, found 'True'."),
    ("title: [T]\n", "whole.yaml line 1: title input should be a valid string, found \"['T']\"."),
    ("title: T\nparts: 3\n", "whole.yaml line 2: parts should be keys and their values, found '3'."),
    ("3\n", "whole.yaml line 1: the file should be keys and their values, found '3'."),
    ("", "whole.yaml line 1: title is missing."),
    ("title: T\nparts: {a: {name: A}}\nmain: {name: A, name: B}\n", "whole.yaml line 3: the key name is there twice."),
    ("title: T\n  main: x\n", "whole.yaml line 2: not valid YAML (mapping values are not allowed here)."),
    ("title: {\n", "whole.yaml line 2: not valid YAML (expected the node content, but found '<stream end>')."),
    ("title: 2026-02-30\n", "whole.yaml: not valid YAML (day is out of range for month)."),
    ("title: !!python/object/apply:os.system [ls]\n", "whole.yaml line 1: not valid YAML (could not determine a constructor"),
    ("? [a]\n: b\n", "whole.yaml line 1: not valid YAML (found unhashable key)."),
    ("title: T\n---\ntitle: U\n", "whole.yaml line 2: not valid YAML (but found another document)."),
    ("title: &a [*a]\n", "whole.yaml: refers to itself."),
    (b"title: caf\xe9\n", "whole.yaml: can't be read as UTF-8 text ("),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), FAULTS, ids=[str(case[1])[11:60] for case in FAULTS])
def test_fault(text: str | bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(ReconError) as fault:
        read(tmp_path / "whole.yaml", text)
    assert str(fault.value).startswith(message)
    assert "\n" not in str(fault.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ReconError, match=r"whole.yaml: can't be read as UTF-8 text \(No such file or directory\)"):
        read_declaration(tmp_path / "none.yaml", Whole, "whole.yaml")


@pytest.mark.parametrize("written", ["0.1", "0.10", "12.345678901234", "1e-05", "100"])
def test_numbers_are_what_was_written(written: str, tmp_path: Path) -> None:
    text = f"title: T\nmain: {{name: A, share: {written}}}\n"
    main = read(tmp_path / "whole.yaml", text).main
    assert main is not None
    assert main.share == Decimal(written)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    assert read(tmp_path / "whole.yaml", b"\xef\xbb\xbftitle: T\n").title == "T"
