"""The state machine as Mermaid text."""

from __future__ import annotations

from collections.abc import Sequence

from partnerships.doors.diagram.edges import edges
from partnerships.doors.diagram.taken import Step
from partnerships.lifecycle.vocabulary import State


def mermaid(steps: Sequence[Step] = ()) -> str:
    """Return the state machine as a Mermaid `stateDiagram-v2`.

    With `steps`, each arrow on the path names the steps that took it, and the states on it are marked.
    """
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{state.value.replace("_", " ")}" as {state.value}' for state in State]
    for edge in edges():
        numbers = [str(step.number) for step in steps if step.edge == edge]
        label = edge.trigger.replace("_", " ") + (f" (step {', '.join(numbers)})" if numbers else "")
        lines.append(f"    {edge.source or '[*]'} --> {edge.target}: {label}")
    if steps:
        passed = sorted({step.edge.target for step in steps} - {steps[-1].edge.target})
        lines.append("    classDef passed stroke:#c2570c,stroke-width:3px")
        lines.append("    classDef present fill:#c2570c,stroke:#c2570c,color:#ffffff")
        if passed:
            lines.append(f"    class {','.join(passed)} passed")
        lines.append(f"    class {steps[-1].edge.target} present")
    return "\n".join(lines) + "\n"
