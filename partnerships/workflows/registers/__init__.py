"""Registers that others publish, read as candidates: IATI activity XML, 360Giving JSON, and CSV."""

from partnerships.workflows.registers.error import RegisterError
from partnerships.workflows.registers.importing import import_register
from partnerships.workflows.registers.reader import read_register
from partnerships.workflows.registers.register import Candidate, LeftOut, Register
from partnerships.workflows.registers.report import ImportReport

__all__ = [
    "Candidate",
    "ImportReport",
    "LeftOut",
    "Register",
    "RegisterError",
    "import_register",
    "read_register",
]
