from pathlib import Path

import pytest

from recon.reports import AuditReport, ReportModel, report_model
from recon.reports.workbook import write_workbook
from tests.reports.fake import Fake
from tests.reports.tables import KINDS


@pytest.fixture(scope="session")
def fake() -> Fake:
    return Fake()


@pytest.fixture(scope="session")
def model(fake: Fake) -> ReportModel:
    return report_model(fake, KINDS)


@pytest.fixture(scope="session")
def report(model: ReportModel) -> AuditReport:
    return AuditReport(model)


@pytest.fixture(scope="session")
def workbook(tmp_path_factory: pytest.TempPathFactory, fake: Fake, model: ReportModel) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "workbook.xlsx"
    write_workbook(model, fake.lines, path)
    return path
