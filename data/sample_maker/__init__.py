"""The made-up MSP behind data/sample: its own model of the world, independent of the `recon` package."""
