"""The engine keeps texts as texts and decimals as decimals, whatever they hold."""

import datetime as dt
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.engine import Engine, UncleanCsv, literal, quoted

ENGINE = Engine(threads=1)
HOSTILE = ["'; DROP TABLE lines;--", '"', "it's", '=cmd|"/c calc"!A0', "\\", "a\nb", "名前", "%s", "$1", "NULL", ""]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_literal_is_a_text(text: str) -> None:
    assert ENGINE.value(f"SELECT {literal(text)}") == text


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_text_is_a_literal(text: str) -> None:
    assert ENGINE.value(f"SELECT {literal(text)}") == text


def test_no_literal_is_null() -> None:
    assert ENGINE.value(f"SELECT {literal(None)} IS NULL") is True


@pytest.mark.parametrize("name", [text for text in HOSTILE if text])
def test_an_identifier_is_a_name(name: str) -> None:
    engine = Engine(threads=1)
    engine.put_rows(name, {name: "VARCHAR"}, [["x"]])
    assert engine.columns(name) == [name]
    assert engine.rows(f"SELECT {quoted(name)} FROM {quoted(name)}") == [("x",)]
    engine.drop(name)
    assert engine.rows("SHOW TABLES") == []


def test_rows_keep_their_exact_values() -> None:
    engine = Engine(threads=1)
    columns = {"n": "DECIMAL(38,12)", "d": "DATE", "t": "VARCHAR", "b": "BOOLEAN"}
    rows = [(Decimal("12345678901234.000000000001"), dt.date(2026, 10, 31), "007", True), (None, None, None, None)]
    engine.put_rows("kept", columns, rows)
    assert engine.rows("SELECT * FROM kept") == rows
    frame = engine.frame("SELECT * FROM kept")
    assert str(frame["n"].dtype) == "decimal128(38, 12)[pyarrow]"
    assert frame["n"][0] == Decimal("12345678901234.000000000001")
    assert frame["d"].dtype == pd.ArrowDtype(pa.date32())


def test_an_empty_table_has_its_columns() -> None:
    engine = Engine(threads=1)
    engine.put_rows("none", {"n": "DECIMAL(38,12)"}, [])
    assert engine.arrow("SELECT * FROM none").schema.field("n").type == pa.decimal128(38, 12)


def test_names_are_never_taken() -> None:
    engine = Engine(threads=1)
    assert len({engine.name("raw") for _ in range(100)}) == 100


def test_append_goes_by_name() -> None:
    engine = Engine(threads=1)
    engine.empty("t", {"a": "VARCHAR", "b": "VARCHAR"})
    engine.append("t", "SELECT 'second' AS b, 'first' AS a")
    assert engine.rows("SELECT a, b FROM t") == [("first", "second")]


CLEAN = 'a,b\n1,"x, ""y""\nz"\n,NULL\n'
UNCLEAN = {"ragged": "a,b\n1,2,3\n", "short": "a,b\n1\n", "open quote": 'a,b\n1,"2\n', "stray quote": 'a,b\n1,"2"x\n'}


def test_a_clean_file_is_scanned_as_text(tmp_path) -> None:
    path = tmp_path / "it's.csv"
    path.write_text(CLEAN, "utf-8")
    engine = Engine(threads=1)
    engine.scan_csv(str(path), ",", '"', 1, ["c0", "c1"], "t")
    assert engine.rows("SELECT * FROM t ORDER BY _row") == [(2, "1", 'x, "y"\nz'), (3, "", "NULL")]


@pytest.mark.parametrize("fault", UNCLEAN)
def test_an_unclean_file_is_left_to_the_tolerant_reader(fault: str, tmp_path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(UNCLEAN[fault], "utf-8")
    with pytest.raises(UncleanCsv):
        Engine(threads=1).scan_csv(str(path), ",", '"', 1, ["c0", "c1"], "t")
