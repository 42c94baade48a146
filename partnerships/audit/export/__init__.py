"""Exports for an auditor's own tools, a file for each format."""

from partnerships.audit.export.exporting import FORMATS, export

__all__ = ["FORMATS", "export"]
