"""recon: billing reconciliation for managed service providers.

>>> ws = recon.open("data/sample")
>>> rec = ws.reconcile("2026-10")
>>> rec.discrepancies
"""

from recon.compare import compare
from recon.crosswalk.suggest import suggest
from recon.discrepancies.kinds import kinds
from recon.errors import ReconError
from recon.reconciliation import Reconciliation
from recon.session import Workspace, open
from recon.ui.tables import show
from recon.version import __version__ as __version__

__all__ = ["ReconError", "Reconciliation", "Workspace", "compare", "kinds", "open", "show", "suggest"]
