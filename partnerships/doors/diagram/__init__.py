"""The state machine as a picture: Mermaid text, and an SVG drawn here."""

from partnerships.doors.diagram.edges import Edge, edges
from partnerships.doors.diagram.mermaid import mermaid
from partnerships.doors.diagram.svg import svg
from partnerships.doors.diagram.taken import Step, path_taken

__all__ = ["Edge", "Step", "edges", "mermaid", "path_taken", "svg"]
