"""The version of the package; every run records it."""

__version__ = "0.1.0"
