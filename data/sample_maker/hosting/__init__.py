"""The hosting arm: an acquired business with a contract register, an invoice list and feeds of its own."""
