"""The audit report: gathered as JSON, drawn and set as one HTML file, signed."""

from partnerships.audit.report.gathering import Draw, gather
from partnerships.audit.report.rendering import html, twin
from partnerships.audit.report.signing import problems, sign

__all__ = ["Draw", "gather", "html", "problems", "sign", "twin"]
