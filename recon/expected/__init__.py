"""Invoicing: what should be billed this cycle, from agreements and counted usage."""
