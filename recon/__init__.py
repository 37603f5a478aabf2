"""recon: billing reconciliation for managed service providers."""
