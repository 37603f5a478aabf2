"""The canonical line: every source, of every side, becomes rows of this one table.

A leg is a comparison of two subsets of the same table, which keeps the engine small. Numbers are DECIMAL(38,12).
`unit_price` is what the payer of that side pays per unit: cost on delivered and charged, price on promised and
billed. On the promised side a line's period is [effective, cancelled), open where null.
"""

from __future__ import annotations

from recon.money import NUMBER

SIDES = ("delivered", "charged", "promised", "billed")
LEGS = {
    # leg: (the side that says what should be, the side that says what is)
    "promised_delivered": ("delivered", "promised"),
    "promised_billed": ("promised", "billed"),
    "delivered_charged": ("delivered", "charged"),
    "charged_billed": ("charged", "billed"),
}
CHARGE_KINDS = ("recurring", "usage", "one_time", "proration", "credit", "tax", "adjustment")

TEXT, DATE = "VARCHAR", "DATE"

# What a profile may declare, with the type each value is brought to.
FIELDS: dict[str, str] = {
    "account": TEXT,
    "account_name": TEXT,
    "item": TEXT,
    "item_name": TEXT,
    "contract": TEXT,
    "contract_name": TEXT,
    "document": TEXT,
    "replaces": TEXT,
    "charge_kind": TEXT,
    "period_start": DATE,
    "period_end": DATE,
    "quantity": NUMBER,
    "unit_price": NUMBER,
    "amount": NUMBER,
    "tax": NUMBER,
    "currency": TEXT,
    "billing_term": TEXT,
    "commitment_end": DATE,
    "included_quantity": NUMBER,
    "minimum_quantity": NUMBER,
}

# The loaded line: identity and lineage, then the declared fields.
LINE_COLUMNS: dict[str, str] = {
    "line_id": TEXT,
    "side": TEXT,
    "source": TEXT,
    "file": TEXT,
    "row": "BIGINT",
    **FIELDS,
}

# What the crosswalk adds.
MAPPED_COLUMNS: dict[str, str] = {
    **LINE_COLUMNS,
    "client": TEXT,
    "service": TEXT,
    "factor": NUMBER,
    "mapping": TEXT,
    "mapping_reason": TEXT,
}
MAPPINGS = ("mapped", "automatic", "excluded", "unmapped_account", "unmapped_service", "unattributed")
