"""recon.suggest: which candidate a name most likely means, and the words that say why."""

from __future__ import annotations

import random
import subprocess
import sys
from decimal import Decimal

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import recon
from recon.crosswalk.suggest.bulk import BULK_MARGIN, BULK_SCORE
from recon.crosswalk.suggest.words import parsed
from recon.errors import ReconError

CLIENTS = [
    "Harbor Dental Group LLC", "Harbor Dental Lab", "Harbour Marine", "Summit Legal Group LLP",
    "Summit Legal Partners LLC", "O'Brien & Sons Roofing, Inc.", "Müller Optik LLC", "Whitcomb Tool & Die Inc.",
    "Birchwood Precision Manufacturing Inc.", "Café Lumière & Co.", "Tri-River Credit Union", "Transit Gaspésie ltée",
]  # fmt: skip
SERVICES = [
    "Microsoft 365 E3", "Microsoft 365 E5", "Microsoft 365 Business Premium", "Microsoft 365 Business Basic",
    "Exchange Online Plan 1", "Exchange Online Plan 2", "Microsoft Entra ID P1", "Microsoft Entra ID P2",
    "Workstation backup", "Server backup", "Power BI Pro", "Memory upgrade 16 GB", "Memory upgrade 8 GB",
    "Turntable PS-LX350H, belt drive", "Turntable PS-LX300USB, belt drive",
]  # fmt: skip

BEST = [
    # name, candidates, the best of them, words in its reasons
    ("Harbor Dental Group", CLIENTS, "Harbor Dental Group LLC", "same name apart from the legal form (LLC)"),
    ("Summit Legal Group, LLC", CLIENTS, "Summit Legal Group LLP", "same name apart from the legal form (LLC / LLP)"),
    ("HARBOR DENTAL GRP", CLIENTS, "Harbor Dental Group LLC", "abbreviation: grp = group"),
    ("Harbour Dental Group", CLIENTS, "Harbor Dental Group LLC", "one typo: harbour/harbor"),
    ("Dental Group Harbor", CLIENTS, "Harbor Dental Group LLC", "same words in another order"),
    ("HD Group", CLIENTS, "Harbor Dental Group LLC", "abbreviation: HD = harbor dental"),
    ("harbordentalgroup.com", CLIENTS, "Harbor Dental Group LLC", "written as one word: harbordentalgroup"),
    ("HarborDental", CLIENTS, "Harbor Dental Group LLC", "with group"),
    ("obrien roofing", CLIENTS, "O'Brien & Sons Roofing, Inc.", "words in common: obrien roofing"),
    ("Mueller Optik", CLIENTS, "Müller Optik LLC", "one typo: mueller/muller"),
    ("Birchwood Precision Mfg", CLIENTS, "Birchwood Precision Manufacturing Inc.", "abbreviation: mfg = manufacturing"),
    ("CAFE LUMIERE", CLIENTS, "Café Lumière & Co.", "same name apart from the legal form (Co.)"),
    ("TRCU", CLIENTS, "Tri-River Credit Union", "abbreviation: TRCU = tri river credit union"),
    ("Transit Gaspesie", CLIENTS, "Transit Gaspésie ltée", "apart from the legal form (ltée)"),
    ("Whitcomb Tool and Die (old)", CLIENTS, "Whitcomb Tool & Die Inc.", "without old"),
    ("M365 E3 - Annual", SERVICES, "Microsoft 365 E3", "without annual"),
    ("Microsoft 365 Bus Prem", SERVICES, "Microsoft 365 Business Premium", "abbreviation: prem = premium"),
    ("Exchange Online (Plan 2) NCE", SERVICES, "Exchange Online Plan 2", "without nce"),
    ("Exch Online P1", SERVICES, "Exchange Online Plan 1", "abbreviation: p1 = plan 1"),
    ("PowerBI Pro", SERVICES, "Power BI Pro", "same name"),
    ("memory upgrade 16GB", SERVICES, "Memory upgrade 16 GB", "same name"),
    ("belt drive turntable - PSLX350H", SERVICES, "Turntable PS-LX350H, belt drive", "written as one word: pslx350h"),
    ("Nihon Shoji", ["日本商事株式会社", "Nihon Shoji K.K."], "Nihon Shoji K.K.", "(K.K.)"),
    ("日本商事", ["日本商事株式会社", "日本物産株式会社"], "日本商事株式会社", ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "candidates", "best", "reason"), BEST, ids=[one[0] for one in BEST])
def test_best(name: str, candidates: list[str], best: str, reason: str) -> None:
    first = recon.suggest([name], candidates).iloc[0]
    assert first["candidate"] == best, recon.suggest([name], candidates)
    assert reason in first["reasons"]


NOT_SURE = [
    # a name that no candidate means, or that two may mean
    ("Harbor Dental Lab Services", ["Harbor Dental Group LLC", "Summit Legal Group LLP"]),
    ("Harbor Dental", ["Harbor Dental Group LLC", "Harbor Dental Lab"]),
    ("Microsoft 365 E1", ["Microsoft 365 E3", "Microsoft 365 E5"]),
    ("Exchange Online Plan 3", SERVICES),
    ("Memory upgrade 4 GB", SERVICES),
    ("Turntable PS-LX310BT, belt drive", SERVICES),
    ("Summit Partners", ["Summit Legal Partners LLC", "Summit Dental Partners LLC"]),
    ("Group Services Inc.", ["Harbor Dental Group LLC", "Granite Services Inc."]),
]


@pytest.mark.parametrize(("name", "candidates"), NOT_SURE, ids=[one[0] for one in NOT_SURE])
def test_what_is_not_sure_is_never_for_bulk(name: str, candidates: list[str]) -> None:
    found = recon.suggest([name], candidates)
    first, second = [*found["score"], Decimal(0), Decimal(0)][:2]
    assert first < BULK_SCORE or first - second < BULK_MARGIN, found


def test_what_differs_in_a_tier_is_far_behind() -> None:
    found = recon.suggest(["Microsoft 365 E3"], SERVICES, top=9).set_index("candidate")["score"]
    assert found["Microsoft 365 E3"] == 1
    assert found["Microsoft 365 E5"] < Decimal("0.5")


EVIDENCE = [
    # evidence of the name and of one candidate, and what is said of it
    ({"domain": "harbordental.example"}, {"domain": "HarborDental.example"}, "shares the domain harbordental.example"),
    ({"domain": "info@hd.example"}, {"domain": "https://www.hd.example/contact"}, "shares the domain hd.example"),
    ({"tenant_id": "0CB2F2BB-4B6B"}, {"tenant": "0cb2f2bb-4b6b"}, "shares the tenant 0cb2f2bb-4b6b"),
    ({"sku": "cfq7ttc0lf8s"}, {"part_number": "CFQ7TTC0LF8S"}, "part number CFQ7TTC0LF8S in common"),
]


@pytest.mark.parametrize(("ours", "theirs", "said"), EVIDENCE)
def test_evidence_counts_for_a_pair(ours: dict[str, str], theirs: dict[str, str], said: str) -> None:
    pool = pd.DataFrame([{"name": "Entirely Other"} | theirs, {"name": "Northfork Supply"}]).fillna("")
    (plain,) = recon.suggest(["Northfork Farm"], pool["name"].tolist())["score"]
    found = recon.suggest(pd.DataFrame([{"name": "Northfork Farm"} | ours]), pool).set_index("candidate")
    assert found["score"]["Northfork Supply"] == plain
    assert found["score"]["Entirely Other"] >= Decimal("0.85")
    assert said in found["reasons"]["Entirely Other"]


def test_evidence_that_several_share_is_worth_less_and_a_public_domain_nothing() -> None:
    names = pd.DataFrame({"name": ["Northfork"], "domain": ["one.example"]})
    scores = [
        recon.suggest(names, pd.DataFrame({"name": ["A Ltd", "B Ltd", "C Ltd"], "domain": domains}))["score"].tolist()
        for domains in (["one.example", "", ""], ["one.example", "one.example", ""], ["gmail.com"] * 3)
    ]
    assert scores[0][0] > scores[1][0] == scores[1][1]
    assert scores[2] == []


FORMS = {
    "list": lambda names: names,
    "tuple with gaps": lambda names: (*names, None, "", " "),
    "pandas series": pd.Series,
    "pandas frame": lambda names: pd.DataFrame({"name": names, "other": 1}),
    "polars series": lambda names: pl.Series("name", names),
    "polars frame": lambda names: pl.DataFrame({"name": names}),
    "Arrow array": pa.array,
    "Arrow table": lambda names: pa.table({"name": names}),
    "DuckDB relation": lambda names: duckdb.sql(
        f"SELECT UNNEST({[name.replace(chr(39), '') for name in names]}) AS name"
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_takes_any_table(form: str) -> None:
    names = ["Harbor Dental", "Summit Legal Group"]
    found = recon.suggest(FORMS[form](names), FORMS[form](CLIENTS))
    assert [str(kind) for kind in found.dtypes] == [
        "string[pyarrow]", "string[pyarrow]", "int64[pyarrow]", "decimal128(4, 3)[pyarrow]", "string[pyarrow]",
    ]  # fmt: skip
    assert list(found.columns) == ["name", "candidate", "rank", "score", "reasons"]
    assert list(found[found["rank"] == 1]["candidate"]) == ["Harbor Dental Group LLC", "Summit Legal Group LLP"]


@pytest.mark.parametrize("wrong", ["one text", 7, pd.DataFrame({"title": ["x"]}), {"name": ["x"]}])
def test_refuses_what_holds_no_names(wrong: object) -> None:
    with pytest.raises(ReconError, match="name"):
        recon.suggest(wrong, ["x"])


@pytest.mark.parametrize(("names", "candidates"), [([], ["a"]), (["a"], []), (["", None], ["a"]), (["!?"], ["..."])])
def test_nothing_gives_an_empty_frame(names: list[str], candidates: list[str]) -> None:
    found = recon.suggest(names, candidates)
    assert len(found) == 0
    assert str(found["score"].dtype) == "decimal128(4, 3)[pyarrow]"


PARTS = [
    "Harbor",
    "Summit",
    "Zürich",
    "Dental",
    "Legal",
    "Group",
    "LLC",
    "Inc.",
    "&",
    "365",
    "E3",
    "E5",
    "16 GB",
    "o.o.",
    "AB-12",
]
NAMES = st.lists(
    st.one_of(st.text(max_size=12), st.lists(st.sampled_from(PARTS), min_size=1, max_size=5).map(" ".join)), max_size=8
)


@settings(deadline=None, max_examples=60)
@given(NAMES, NAMES, st.randoms(use_true_random=False))
def test_order_plays_no_part(names: list[str], candidates: list[str], chance: random.Random) -> None:
    found = recon.suggest(names, candidates)
    mixed = recon.suggest(chance.sample(names, len(names)), chance.sample(candidates, len(candidates)))
    key = ["name", "rank"]
    pd.testing.assert_frame_equal(found.sort_values(key, ignore_index=True), mixed.sort_values(key, ignore_index=True))
    assert found["score"].between(0, 1).all()
    for _, ranks in found.groupby("name", sort=False):
        assert list(ranks["rank"]) == list(range(1, len(ranks) + 1))
        in_order = sorted(zip(-ranks["score"], ranks["candidate"], strict=True))
        assert in_order == list(zip(-ranks["score"], ranks["candidate"], strict=True))


@settings(deadline=None, max_examples=60)
@given(NAMES)
def test_an_equal_name_is_first(names: list[str]) -> None:
    found = recon.suggest(names, names)
    first = found[found["rank"] == 1]
    assert list(first["name"]) == list(first["candidate"])
    assert (first["score"] == 1).all()
    assert (found[found["rank"] > 1]["score"] < 1).all()


def test_top_says_how_many() -> None:
    assert len(recon.suggest(["Summit Legal"], CLIENTS, top=1)) == 1
    with pytest.raises(ReconError, match="top=0"):
        recon.suggest(["Summit Legal"], CLIENTS, top=0)


WORDS = [
    ("Müller GmbH & Co. KG", ("muller",), ("GmbH", "Co.", "KG")),
    ("Acme S.A. de C.V.", ("acme",), ("SA", "de", "CV")),
    ("Firma sp. z o.o.", ("firma",), ("sp. z o.o.",)),
    ("Tata Private Limited", ("tata",), ("Private", "Ltd.")),
    ("Smith Trust", ("smith", "trust"), ()),
    ("Co", ("co",), ()),
    ("ООО Ромашка", ("ооо", "ромашка"), ()),
    ("Windows Server v2.0, 32\" monitor", ("windows", "server", "2", "32in", "monitor"), ()),
    ("1,150 users", ("1150user",), ()),
    ("Ultra 5 II", ("ultra", "5", "2"), ()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "same", "legal"), WORDS, ids=[one[0] for one in WORDS])
def test_words(text: str, same: tuple[str, ...], legal: tuple[str, ...]) -> None:
    assert (parsed(text).same, parsed(text).legal) == (same, legal)


def test_importing_recon_loads_none_of_the_libraries() -> None:
    code = "import recon, sys; print([m for m in ('rapidfuzz', 'scipy', 'sparse_dot_topn') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
