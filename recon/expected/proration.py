"""Which part of a month, or of a prepaid term, a promise bills: SQL for its share, num ÷ den, two whole numbers.

A promise is active on day d when effective ≤ d < cancelled. The policies, for a month of D days of which `billed` count:

- daily: billed ÷ D.
- thirty_day: a whole month is 1, else min(billed, 30) ÷ 30.
- none: a month is billed whole or not at all: whole where the promise starts in it or is active to its end.
- next_cycle: daily, but a first part month is billed together with the month after it.

Without negative proration a month that ends early is billed to its end.
"""

from __future__ import annotations


def months(lines: str, starts: str) -> str:
    """SQL: `lines` seen in one month, whose first day is the SQL date `starts`: [ms, me).

    Adds first and after (the active days in the month, [first, after)), active, billed (days that count), month_days;
    of a first part month before: carried (its days) and before_days (the days of that month).
    """
    return f"""
        WITH m AS (
            SELECT *, CAST({starts} AS DATE) AS ms, CAST(ms + INTERVAL 1 MONTH AS DATE) AS me,
                CAST(ms - INTERVAL 1 MONTH AS DATE) AS before FROM {lines}
        ),
        d AS (
            SELECT *, GREATEST(COALESCE(period_start, ms), ms) AS first, LEAST(COALESCE(period_end, me), me) AS after,
                DATE_DIFF('day', ms, me) AS month_days, DATE_DIFF('day', before, ms) AS before_days,
                CASE WHEN period_start > before AND period_start < ms AND COALESCE(period_end > period_start, TRUE)
                     THEN DATE_DIFF('day', period_start, CASE WHEN negative THEN LEAST(COALESCE(period_end, ms), ms) ELSE ms END)
                     ELSE 0 END AS carried
            FROM m
        )
        SELECT *, after > first AS active, CASE WHEN negative THEN after ELSE me END AS until,
            CASE WHEN active THEN DATE_DIFF('day', first, until) ELSE 0 END AS billed
        FROM d
    """


def of_month() -> tuple[str, str]:
    """SQL: num and den of what the month itself is worth."""
    whole = "active AND (until = me OR COALESCE(period_start >= ms, FALSE))"
    num = (
        "CASE proration WHEN 'thirty_day' THEN CASE WHEN billed = month_days THEN 30 ELSE LEAST(billed, 30) END "
        f"WHEN 'none' THEN CASE WHEN {whole} THEN 1 ELSE 0 END ELSE billed END"
    )
    return num, "CASE proration WHEN 'thirty_day' THEN 30 WHEN 'none' THEN 1 ELSE month_days END"


def due() -> tuple[str, str]:
    """SQL: num and den of what is billed for the month: as the month is worth, a first part month with the next one."""
    num, den = of_month()
    own = "CASE WHEN period_start > ms THEN 0 ELSE billed END"
    later = "proration = 'next_cycle' AND carried > 0"
    num = (
        f"CASE WHEN {later} THEN {own} * before_days + carried * month_days "
        f"WHEN proration = 'next_cycle' THEN {own} ELSE {num} END"
    )
    return num, f"CASE WHEN {later} THEN month_days * before_days ELSE {den} END"


def ahead() -> tuple[str, str]:
    """SQL: num and den of a term that is paid ahead: 1 in the month in which it begins, 0 in the others.

    A line that joins a running term (its commitment ends less than a term after its start) is due when it starts, by
    the days that are left of the term's days, and whole from the commitment's end on. A cancelled term is not refunded.
    """
    joins = "period_start < commitment_end AND commitment_end < period_start + TO_MONTHS(months)"
    anchor = f"CASE WHEN {joins} THEN commitment_end ELSE COALESCE(period_start, commitment_end) END"
    passed = f"DATE_DIFF('month', {anchor}, ms)"
    begins = f"CAST({anchor} + TO_MONTHS(CAST({passed} AS INTEGER)) AS DATE)"
    now = (
        f"active AND {passed} % months = 0 AND {begins} >= COALESCE(period_start, {begins}) "
        f"AND COALESCE(period_end > {begins}, TRUE)"
    )
    starts = f"{joins} AND active AND period_start >= ms"
    num = f"CASE WHEN {starts} THEN DATE_DIFF('day', period_start, commitment_end) WHEN {now} THEN 1 ELSE 0 END"
    term = "DATE_DIFF('day', CAST(commitment_end - TO_MONTHS(months) AS DATE), commitment_end)"
    return num, f"CASE WHEN {starts} THEN {term} ELSE 1 END"
