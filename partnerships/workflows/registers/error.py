"""What is raised when a register cannot be read at all."""

from partnerships.errors import PartnershipsError


class RegisterError(PartnershipsError):
    """The file cannot be read as a register.

    `path` is the file, `place` where in it (a line, a row, an activity; None for the whole file),
    `problem` what is wrong and `remedy` what to do about it. `str()` is all of them on one line.
    """

    def __init__(self, path: str, place: str | None, problem: str, remedy: str) -> None:
        self.path = path
        self.place = place
        self.problem = problem
        self.remedy = remedy
        where = f"{path}, {place}" if place else path
        super().__init__(" ".join(f"{where}: {problem}; {remedy}".split()))
