"""SQL that turns text into exact values; NULL where the text isn't one. Set-wise, the same on every engine.

Each function takes a SQL expression of a text and returns a SQL expression. The cheap reading comes first; only
what it refuses is cleaned up with patterns.
"""

from __future__ import annotations

import re

from recon.engine import literal
from recon.money import NUMBER, SCALE

NULL_TOKENS = ("", "null", "n/a", "na", "-", "--", "none")
# Larger values are typing mistakes, and their products would leave the engine's exact decimals.
LIMIT = "1000000000000"
_BLANKS = " \t\r\n\u00a0\ufeff"
_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"


def filled(text: str) -> str:
    """`text` trimmed; NULL where it is empty or one of the words that stand for nothing."""
    longest = max(map(len, NULL_TOKENS))
    plain = (
        f"LENGTH({text}) > {longest} AND LEFT({text}, 1) BETWEEN '!' AND '~' AND RIGHT({text}, 1) BETWEEN '!' AND '~'"
    )
    # One pattern: the engine plans a long IN list as a join, one for each column of the file.
    nothing = "|".join(re.escape(token) for token in NULL_TOKENS)
    blank = f"REGEXP_FULL_MATCH({text}, {literal(f'(?i)[{_BLANKS}]*({nothing})[{_BLANKS}]*')})"
    return f"CASE WHEN {plain} THEN {text} WHEN {blank} THEN NULL ELSE TRIM({text}, '{_BLANKS}') END"


def all_filled(width: int) -> str:
    """The columns `c0` … of a raw table, each `filled`."""
    return ", ".join(f"{filled(f'c{index}')} AS c{index}" for index in range(width))


def number(text: str, decimal: str = ".", places: int | None = None) -> str:
    """An exact number.

    Takes `1150.5`, `"$1,150.50"`, `(12.30)`, `12.30-`, `'12.30`, `12.30 USD`; with decimal `,` also `1.234,56`.
    Refuses groups of other than three digits, and more decimals than the engine keeps unless `places` says to
    round to so many (half away from zero).
    """
    cleaned = _cleaned(text, decimal)
    if decimal == ",":
        return _kept(cleaned, places)
    plain = f"CASE WHEN POSITION('_' IN {text}) > 0 THEN NULL ELSE {_kept(text, places, True)} END"
    return f"COALESCE({plain}, {_kept(cleaned, places)})"


def _kept(text: str, places: int | None, powers: bool = False) -> str:
    """The cast; where no rounding is asked for, refused if it would round a digit away.

    `powers`: the text may be 1.5E-05, as spreadsheets and JSON write small prices.
    """
    cast = f"TRY_CAST({text} AS {NUMBER})"
    if places is not None:
        return cast if places == SCALE else f"CAST(ROUND({cast}, {places}) AS {NUMBER})"
    fraction = f"RTRIM(REGEXP_REPLACE(SPLIT_PART({text}, '.', 2), '[^0-9].*$', ''), '0')"
    whole = f"LENGTH({text}) <= {SCALE} OR LENGTH({fraction}) <= {SCALE}"
    if powers:
        wide = f"TRY_CAST({text} AS DECIMAL(38,28))"  # NULL for what is too large to have so small a digit
        nothing = f"{cast} = 0 AND REGEXP_MATCHES({text}, '^[^eE]*[1-9]')"
        same = f"NOT ({nothing}) AND COALESCE(TRY_CAST({cast} AS DECIMAL(38,28)) = {wide}, TRUE)"
        whole = f"CASE WHEN POSITION('e' IN LOWER({text})) > 0 THEN ({whole}) AND {same} ELSE {whole} END"
    return f"CASE WHEN {whole} THEN {cast} END"


def bounded(value: str) -> str:
    """A number's SQL; NULL where it is too large to be money or a count."""
    return f"CASE WHEN ABS({value}) < {LIMIT} THEN {value} END"


def product(left: str, right: str) -> str:
    """left × right exactly; NULL where the product is too large."""
    size = f"ABS(CAST({left} AS DECIMAL(19,3))) * ABS(CAST({right} AS DECIMAL(19,3)))"  # each is below the limit
    return f"CASE WHEN {size} < {LIMIT} THEN CAST({left} * {right} AS {NUMBER}) END"


def _cleaned(text: str, decimal: str) -> str:
    group, point = (r"\.", ",") if decimal == "," else (",", r"\.")
    bare = f"REGEXP_REPLACE(REGEXP_REPLACE({text}, '^''|[$€£¥\\s\u00a0\u202f]', '', 'g'), '[A-Z]{{3}}$', '')"
    signed = f"REGEXP_REPLACE({bare}, '^\\((.*)\\)$|^([^-].*)-$', '-\\1\\2')"
    shape = rf"[+-]?(\d{{1,3}}({group}\d{{3}})+|\d+)({point}\d+)?"
    plain = f"REPLACE(REPLACE({signed}, '{'.' if decimal == ',' else ','}', ''), ',', '.')"
    return f"CASE WHEN REGEXP_FULL_MATCH({signed}, {literal(shape)}) THEN {plain} END"


def date(text: str, formats: list[str]) -> str:
    """A date in the first of `formats` that it fits; days that don't exist are refused."""
    return f"COALESCE({', '.join(_date(text, one) for one in formats)})"


def _date(text: str, form: str) -> str:
    if form == "ISO":
        alone = f"SUBSTR({text}, 11, 1) IN ('', 'T', ' ')"
        return f"CASE WHEN {text} LIKE '____-__-__%' AND {alone} THEN TRY_CAST(SUBSTR({text}, 1, 10) AS DATE) END"
    if form == "epoch":
        seconds = f"TRY_CAST(SPLIT_PART({text}, '.', 1) AS BIGINT)"
        day = f"DATE '1970-01-01' + CAST({seconds} // 86400 AS INTEGER)"
        return f"CASE WHEN {seconds} BETWEEN 0 AND 99999999999 THEN {day} END"
    day = f"SPLIT_PART({text}, ' ', 1)"
    sign = next(one for one in "/.-" if one in form)
    names = form.split(sign)
    part = {name: f"SPLIT_PART({day}, '{sign}', {index + 1})" for index, name in enumerate(names)}
    year = part.get("YYYY") or f"'20' || {part['YY']}"
    if "Mon" in part:
        place = f"POSITION(LOWER({part['Mon']}) IN '{_MONTHS}')"
        month = f"CASE WHEN {place} % 3 = 1 AND LENGTH({part['Mon']}) = 3 THEN CAST(({place} + 2) // 3 AS VARCHAR) END"
        number_of_day = part["DD"]
    else:
        month, number_of_day = part["M"], part["D"]
    whole = f"LENGTH({year}) = 4 AND SPLIT_PART({day}, '{sign}', 4) = '' AND LENGTH({number_of_day}) BETWEEN 1 AND 2"
    return f"CASE WHEN {whole} THEN TRY_CAST({year} || '-' || {month} || '-' || {number_of_day} AS DATE) END"
