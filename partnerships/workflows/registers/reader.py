"""Reading a register of any known format."""

from pathlib import Path

from partnerships.workflows.registers.file import RegisterFile, open_file
from partnerships.workflows.registers.giving import read_giving
from partnerships.workflows.registers.grouping import grouped
from partnerships.workflows.registers.iati import read_iati
from partnerships.workflows.registers.register import Register
from partnerships.workflows.registers.row import Reading
from partnerships.workflows.registers.table import read_table


def read_register(path: str | Path) -> Register:
    """Reads IATI activity XML (1.0x and 2.0x), 360Giving JSON or CSV, told apart by how the file begins.

    Nothing is written and nothing fetched. Raises RegisterError, one line that names the file, the place
    and what to do, when the file cannot be read as any of them. Rows that cannot be taken are in
    `left_out`.
    """
    file = open_file(path)
    return grouped(_read(file), file.digest)


def _read(file: RegisterFile) -> Reading:
    start = file.data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise file.error(None, "this is a spreadsheet or an archive", "save its sheet as CSV, in UTF-8")
    if start.startswith((b"<", b"\xff\xfe<\0", b"\xfe\xff\0<")):
        return read_iati(file)
    if start.startswith((b"{", b"[")):
        return read_giving(file)
    return read_table(file)
