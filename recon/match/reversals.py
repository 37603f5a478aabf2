"""A credit that names nothing takes back the charge that is like it, where no promise asks for that charge.

This runs after the exact passes: what agrees with the other side stays. Charges that are alike in quantity and amount
are one as good as the other, so they are paired one by one; a charge of another quantity is never taken for it.
"""

from __future__ import annotations

SAYS = "a charge and the credit that takes it back"
# Yields (grp, entry, number) as every pass does, of entries of the actual side only.
QUERY = """
    WITH numbered AS (
        SELECT grp, entry, credit, ABS(amount) AS size, ABS(quantity) AS count,
            ROW_NUMBER() OVER (PARTITION BY grp, credit, ABS(amount), ABS(quantity) ORDER BY entry) AS nth
        FROM {residual} WHERE role = 'actual' AND ((credit AND amount < 0) OR (NOT credit AND amount > 0))
            AND grp IN (SELECT grp FROM {residual} WHERE credit)
    )
    SELECT c.grp, UNNEST([c.entry, r.entry]) AS entry, c.entry AS number FROM numbered c JOIN numbered r
        ON c.grp = r.grp AND c.size = r.size AND c.count IS NOT DISTINCT FROM r.count AND c.nth = r.nth
    WHERE NOT c.credit AND r.credit
"""
