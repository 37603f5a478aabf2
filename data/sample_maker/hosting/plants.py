"""All that is planted in the hosting arm. Impacts are written out: the witness computes them, and must agree."""

from . import plants_invoice, plants_late, plants_upstream, plants_use

BEFORE = plants_use.BEFORE
SEEN = plants_use.SEEN
AFTER = plants_late.PLANTS + plants_invoice.PLANTS + plants_upstream.PLANTS
