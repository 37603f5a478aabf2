"""What people decide, and how discrepancies age across cycles."""
