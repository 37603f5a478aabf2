"""Two tables compared without a workspace: what is expected on the left, what is there on the right."""

from recon.compare.two_tables import Comparison, compare

__all__ = ["Comparison", "compare"]
