"""JupyterLab on loopback, and how a test drives a notebook in it.

Everything waits on JupyterLab's own promises (`window.jupyterapp`), never on pixels or pauses.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
PATIENCE_MS = 90_000

_OPENED = """async () => {
  const app = window.jupyterapp; await app.restored;
  const notebook = app.shell.currentWidget; await notebook.context.ready; await notebook.revealed;
  const session = notebook.sessionContext; await session.ready; await session.session.kernel.info;
  for (let n = 0; n < 300 && session.session.kernel.status !== 'idle'; n++) {
    await new Promise((done) => setTimeout(done, 100));
  }
}"""
_EVALUATE = """async (code) => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel; let text = '';
  const run = kernel.requestExecute({code, store_history: false});
  run.onIOPub = ({header, content}) => {
    if (header.msg_type === 'stream') text += content.text;
    if (header.msg_type === 'error') text += 'ERROR ' + content.evalue;
  };
  await run.done; return text;
}"""


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab; its files are those in `root`."""

    url: str
    token: str
    root: Path

    def open(self, page: Page, notebook: str) -> None:
        """Open a notebook of `root` in a fresh JupyterLab and wait for its kernel."""
        page.goto(f"{self.url}/lab/tree/{notebook}?token={self.token}&reset")
        page.wait_for_function(
            "() => window.jupyterapp?.shell.currentWidget?.context !== undefined", timeout=PATIENCE_MS
        )
        page.evaluate(_OPENED)
        page.locator("#jupyterlab-splash").wait_for(state="detached", timeout=PATIENCE_MS)


@contextmanager
def serving(root: Path, home: Path) -> Iterator[Lab]:
    """JupyterLab on `root` with its own settings under `home`; it ends with the block."""
    port, token = _free_port(), secrets.token_hex(16)
    process = _start(root, home, port, token)
    try:
        _wait(process, f"http://127.0.0.1:{port}", token, home / "server.log")
        yield Lab(f"http://127.0.0.1:{port}", token, root)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _start(root: Path, home: Path, port: int, token: str) -> subprocess.Popen[bytes]:
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet), "utf-8")
    environment = {
        **os.environ,
        **{f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")},
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_TOKEN": token,  # not on the command line, where every user of the machine can read it
        "PYTHONPATH": str(ROOT),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    options = [
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={root}",
        "--allow-root",
        "--LabApp.extension_manager=readonly",
        "--LabApp.expose_app_in_browser=True",
    ]
    with (home / "server.log").open("wb") as log:
        return subprocess.Popen([*command, *options], env=environment, stdout=log, stderr=log, start_new_session=True)


def _wait(process: subprocess.Popen[bytes], url: str, token: str, log: Path) -> None:
    status = urllib.request.Request(f"{url}/api/status", headers={"Authorization": f"token {token}"})
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(status, timeout=1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"JupyterLab did not start:\n{log.read_text('utf-8')[-3000:]}") from None
            time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def notebook(path: Path, *cells: str) -> None:
    """Write a notebook with these code cells."""
    document: dict[str, Any] = {
        "cells": [
            {
                "cell_type": "code",
                "execution_count": None,
                "id": f"cell-{number}",
                "metadata": {},
                "outputs": [],
                "source": source,
            }
            for number, source in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(document), "utf-8")


def command(page: Page, name: str, **arguments: str) -> None:
    """One of JupyterLab's own commands; returns when its promise is kept."""
    execute = "([name, options]) => window.jupyterapp.commands.execute(name, options).then(() => null)"
    page.evaluate(execute, [name, arguments])


def run_all(page: Page) -> None:
    """Run every cell; returns when the last one has finished, or one has failed."""
    command(page, "notebook:run-all-cells")


def evaluate(page: Page, code: str) -> str:
    """What `code` prints in the notebook's kernel; the document is not touched."""
    return str(page.evaluate(_EVALUATE, code)).strip()


def use_theme(page: Page, name: str) -> None:
    """Switch JupyterLab's theme, for example to `JupyterLab Dark`, and wait until it is loaded."""
    page.evaluate(
        "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', {theme}).then(() => null)",
        name,
    )
    page.wait_for_function("(name) => document.body.dataset.jpThemeName === name", arg=name)
