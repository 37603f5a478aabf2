"""Members: the people or devices that a service with the count basis `distinct` counts, each once for a client.

A member seen at several clients of one source counts at each of them, unless catalog/homes.csv gives a home client:
then it counts there alone, as long as it is seen there.
"""

from __future__ import annotations

from recon.engine import Engine


def members(engine: Engine) -> None:
    """Tables `members` (service, client, member, counts: FALSE where its home is another client) and `shared_members`.

    The latter has service, member, grp, clients (sorted codes) and line_ids of a member without a home.
    """
    engine.create(
        "seen_members",
        "SELECT service, client, source, contract AS member, line_id FROM usage_lines "
        "WHERE basis = 'distinct' AND contract <> '' AND quantity > 0",
    )
    engine.create(
        "members",
        """
        WITH seen AS (SELECT DISTINCT service, client, member FROM seen_members),
        home AS (
            SELECT service, member, MIN(h.client) AS client FROM homes h JOIN seen USING (service, member, client)
            GROUP BY service, member
        )
        SELECT s.*, h.client AS home, COALESCE(h.client = s.client, TRUE) AS counts
        FROM seen s LEFT JOIN home h USING (service, member)
        """,
    )
    engine.create(
        "shared_members",
        """
        WITH several AS (
            SELECT service, member, source FROM seen_members GROUP BY ALL HAVING COUNT(DISTINCT client) > 1
        )
        SELECT s.service, s.member, 'member ' || s.service || chr(31) || s.member AS grp,
            LIST_SORT(LIST(DISTINCT s.client)) AS clients, STRING_AGG(DISTINCT s.line_id, ' ' ORDER BY s.line_id) AS line_ids
        FROM seen_members s SEMI JOIN several v USING (service, member, source)
        ANTI JOIN (SELECT service, member FROM members WHERE home IS NOT NULL) h USING (service, member)
        GROUP BY s.service, s.member
        """,
    )
