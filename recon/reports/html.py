"""A notebook as one page that opens offline: papermill runs it, nbconvert renders it with our template.

A failed cell does not lose the report: what was done until then is converted, and the page says so at its
top.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

from recon.reports.paths import template_dir
from recon.reports.sections import stylesheet

_PLOTLY = "application/vnd.plotly.v1+json"
# The first type that an output has is shown. A figure's own HTML would load its script from elsewhere.
_PRIORITY = [_PLOTLY, "text/html", "image/svg+xml", "image/png", "text/markdown", "text/plain"]
_HIDDEN = ("parameters", "injected-parameters", "hide", "papermill-error-cell-tag")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def execute(notebook: Path, out_ipynb: Path, parameters: Mapping[str, Any]) -> str | None:
    """Run `notebook` with `parameters` into `out_ipynb`; the error's text if a cell failed, else None.

    The kernel is this very interpreter. The partly executed notebook is written even where a cell failed.
    """
    import papermill

    # Debuggers warn about frozen modules on every kernel's start; a report's run is no debugging session.
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    with tempfile.TemporaryDirectory(prefix="recon-") as folder:
        try:
            papermill.execute_notebook(
                str(notebook),
                str(out_ipynb),
                parameters=dict(parameters),
                kernel_name="python3",
                kernel_manager_class=_kernel(folder),
                progress_bar=False,
                log_output=False,
            )
        except papermill.PapermillExecutionError as error:
            message = _ANSI.sub("", str(error.evalue))
            return f"{error.ename}: {message} (In [{error.exec_count}] of {out_ipynb.name})"
    return None


def to_html(ipynb: Path, html: Path, title: str) -> None:
    """Convert an executed notebook to a self-contained page: code hidden, no request to anywhere."""
    import nbconvert
    from traitlets.config import Config

    notebook = nbformat.read(ipynb, as_version=4)  # type: ignore[no-untyped-call]  # nbformat is half typed
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    for output in outputs:
        data = output.get("data", {})
        if "text/html" in data:
            data["text/html"] = data["text/html"].removeprefix(stylesheet())
    config = Config()
    config.NbConvertBase.display_data_priority = _PRIORITY
    config.TagRemovePreprocessor.enabled = True
    config.TagRemovePreprocessor.remove_cell_tags = _HIDDEN
    exporter = nbconvert.HTMLExporter(  # type: ignore[no-untyped-call]  # nbconvert is half typed
        config=config,
        template_name="report",
        extra_template_basedirs=[str(template_dir())],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    # The HTML exporter's own method would parse the finished page and write it anew.
    resources = _resources(outputs, title, ipynb)
    page, _ = nbconvert.TemplateExporter.from_notebook_node(exporter, notebook, resources)
    html.write_text(page, encoding="utf-8")


def _resources(outputs: list[Any], title: str, ipynb: Path) -> dict[str, Any]:
    """What the template needs beside the notebook.

    The page's scripts carry a nonce and its policy lets no other run, nor anything be fetched: text that
    slipped through the escaping could still do nothing. The nonce is made from the content, so that equal
    input gives an equal page.
    """
    failed = next((output for output in outputs if output["output_type"] == "error"), None)
    plotly = ""
    if any(_PLOTLY in output.get("data", {}) for output in outputs):
        from plotly.offline import get_plotlyjs

        plotly = get_plotlyjs()
    return {
        "title": title,
        "nonce": hashlib.sha256(repr([output.get("data") for output in outputs]).encode()).hexdigest()[:24],
        "toc": [entry for output in outputs for entry in output.get("metadata", {}).get("recon", {}).get("toc", ())],
        "failure": f"{failed['ename']}: {_ANSI.sub('', failed['evalue'])}" if failed else "",
        "plotlyjs": plotly,
        "counter": itertools.count().__next__,
        "files": {
            name: (template_dir() / "report" / name).read_text(encoding="utf-8")
            for name in ("section.css", "page.css", "page.js")
        },
        "notebook": ipynb.name,
    }


def _kernel(folder: str) -> type[Any]:
    """A kernel manager that starts this interpreter and talks to it through `folder`, which is this user's.

    A kernel found by name may be another Python's; and the default, TCP on loopback, is open to every local
    user.
    """
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]

    class ThisInterpreter(AsyncKernelManager):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            if os.name == "posix":
                self.transport = "ipc"
                self.ip = str(Path(folder) / "kernel")
            self.connection_file = str(Path(folder) / "kernel.json")

        async def _async_launch_kernel(self, kernel_cmd: list[str], **kwargs: Any) -> None:
            # What a cell prints comes through the connection; what the process says of its own end is no message to us.
            with (Path(folder) / "kernel.log").open("ab") as log:
                await super()._async_launch_kernel(kernel_cmd, stderr=log, **kwargs)

        @property
        def kernel_spec(self) -> KernelSpec:
            return KernelSpec(argv=command, display_name="Python 3", language="python")

    return ThisInterpreter
