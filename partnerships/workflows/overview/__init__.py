"""The whole portfolio in numbers, a section for each report that a clause of the policy asks for."""

from __future__ import annotations

from partnerships.workflows.overview.gathering import SECTIONS, overview

__all__ = ["SECTIONS", "overview"]
