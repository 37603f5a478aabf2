"""Everything that leaves the analyst's desk: the audit report, its page and its workbook."""

from __future__ import annotations

from collections.abc import Iterable

from recon.reports.model import ReportModel, report_model
from recon.reports.sections import AuditReport
from recon.reports.source import KindShape, Reconciled

__all__ = ["AuditReport", "ReportModel", "audit_report", "report_model"]


def audit_report(rec: Reconciled, kinds: Iterable[KindShape] | None = None) -> AuditReport:
    """The audit report of a reconciliation; `kinds` are the kinds' texts, by default the package's own."""
    return AuditReport(report_model(rec, kinds))
