"""Widgets for JupyterLab: they show what the engine computed and hand people's decisions back to it."""
