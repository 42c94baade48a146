"""The colours and type of the picture, for light and for dark paper."""

STYLE = """
text { font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2a37; }
.paper { fill: #fbfaf7; }
.title { font-size: 24px; font-weight: 600; }
.subtitle { font-size: 15px; fill: #566374; }
.caption { font-size: 13px; font-style: italic; fill: #566374; }
.state { font-size: 16px; font-weight: 600; }
.label { font-size: 13px; fill: #3d4a5a; }
.node { fill: #ffffff; stroke: #56657a; stroke-width: 1.6; }
.category { fill: #e6f1ee; stroke: #2f6f62; }
.end { fill: #efedf2; stroke: #6b6480; }
.live { fill: none; stroke: #a9b2be; stroke-width: 1.4; stroke-dasharray: 2 6; stroke-linecap: round; }
.start { fill: #56657a; }
.line { fill: none; stroke: #75818f; stroke-width: 1.6; }
.gap { fill: none; stroke: #fbfaf7; stroke-width: 7; }
.head { fill: #75818f; }
.crisis { stroke-dasharray: 7 5; }
.taken .line { stroke: #c2570c; stroke-width: 3; }
.taken .head { fill: #c2570c; }
.label.taken { fill: #a0450a; font-weight: 700; }
.passed { stroke: #c2570c; stroke-width: 3; }
.present { fill: #c2570c; stroke: #c2570c; }
.on-present { fill: #ffffff; }
.badge { fill: #c2570c; }
.number { font-size: 12px; font-weight: 700; fill: #ffffff; }
@media (prefers-color-scheme: dark) {
text { fill: #e7eaef; }
.paper { fill: #151a21; }
.subtitle, .caption { fill: #a3aebc; }
.label { fill: #c3cbd6; }
.node { fill: #1e252f; stroke: #8ea0b5; }
.category { fill: #17302b; stroke: #5fb8a5; }
.end { fill: #272433; stroke: #9d93b8; }
.live { stroke: #56616f; }
.start { fill: #8ea0b5; }
.line { stroke: #74808f; }
.gap { stroke: #151a21; }
.head { fill: #74808f; }
.taken .line { stroke: #ff9d57; }
.taken .head { fill: #ff9d57; }
.label.taken { fill: #ffb380; }
.passed { stroke: #ff9d57; }
.present { fill: #ff9d57; stroke: #ff9d57; }
.on-present { fill: #1b1206; }
.badge { fill: #ff9d57; }
.number { fill: #1b1206; }
}
"""
