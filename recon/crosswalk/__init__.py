"""A source's accounts and items to the MSP's clients and services."""
