"""The store: the journal of decisions and the snapshots of cycles. It stands below everything that remembers."""
