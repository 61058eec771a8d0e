"""A dot plot with whiskers on a logarithmic axis, as SVG text."""

import math
from dataclasses import dataclass
from html import escape

_WIDTH = 820
_LABELS = 260
_RIGHT = 110
_TOP = 58
_ROW = 26
_BOTTOM = 40
_COLOURS = {"ours": "#c2410c", "reference": "#475569", "other": "#2563eb"}
_SHAPES = ("circle", "square", "diamond")
_STYLE = "font-family:system-ui,sans-serif;font-size:12px;fill:#1e293b"


@dataclass(frozen=True)
class Mark:
    """One figure: its median and its least and greatest."""

    value: float
    least: float
    most: float


@dataclass(frozen=True)
class Row:
    """One server. rank: ours, reference or other."""

    label: str
    marks: tuple
    rank: str = "other"


def dots(title, axis, rows, series=(), line_at=None):
    """The plot. Marks of a row stand for the series, in their order. Values must be above 0."""
    height = _TOP + _ROW * len(rows) + _BOTTOM
    scale = _Scale(rows, line_at)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}"'
        f' style="{_STYLE}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="12" y="22" style="font-size:15px;font-weight:600">{escape(title)}</text>',
    ]
    out += _legend(series)
    out += _axis(scale, axis, height, line_at)
    for index, row in enumerate(rows):
        out += _row(row, scale, _TOP + _ROW * index + _ROW / 2)
    return "\n".join(out) + "\n</svg>\n"


class _Scale:
    """From values to places, a logarithm."""

    def __init__(self, rows, line_at):
        values = [value for row in rows for mark in row.marks for value in (mark.least, mark.most)]
        values += [line_at] if line_at else []
        self.low = math.log10(min(values) / 1.25)
        self.high = math.log10(max(values) * 1.25)

    def x(self, value):
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return _LABELS + share * (_WIDTH - _LABELS - _RIGHT)

    def ticks(self):
        steps = (1, 2, 5) if self.high - self.low < 2.5 else (1,)
        for decade in range(math.floor(self.low), math.ceil(self.high) + 1):
            for step in steps:
                value = step * 10.0**decade
                if self.low <= math.log10(value) <= self.high:
                    yield value


def _axis(scale, text, height, line_at):
    bottom = height - _BOTTOM
    out = []
    for value in scale.ticks():
        x = scale.x(value)
        out.append(f'<line x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{bottom}" stroke="#e2e8f0"/>')
        out.append(f'<text x="{x:.1f}" y="{bottom + 15}" text-anchor="middle">{_number(value)}</text>')
    if line_at:
        x = scale.x(line_at)
        out.append(
            f'<line x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{bottom}" stroke="#475569" stroke-dasharray="4 3"/>'
        )
    middle = (_LABELS + _WIDTH - _RIGHT) / 2
    out.append(f'<text x="{middle:.1f}" y="{height - 8}" text-anchor="middle">{escape(text)}</text>')
    return out


def _row(row, scale, y):
    colour = _COLOURS[row.rank]
    weight = ";font-weight:600" if row.rank == "ours" else ""
    out = [
        f'<text x="{_LABELS - 12}" y="{y + 4:.1f}" text-anchor="end" style="fill:{colour}{weight}">'
        f"{escape(row.label)}</text>"
    ]
    for index, mark in enumerate(row.marks):
        low, high = scale.x(mark.least), scale.x(mark.most)
        out.append(
            f'<line x1="{low:.1f}" y1="{y:.1f}" x2="{high:.1f}" y2="{y:.1f}" stroke="{colour}" stroke-width="2"'
            ' opacity="0.45"/>'
        )
        out.append(_shape(_SHAPES[index % len(_SHAPES)], scale.x(mark.value), y, colour))
    if len(row.marks) == 1:
        x = scale.x(row.marks[0].most) + 10
        out.append(f'<text x="{x:.1f}" y="{y + 4:.1f}">{_number(row.marks[0].value)}</text>')
    return out


def _legend(series):
    out = []
    for index, name in enumerate(series):
        x = _LABELS + 110 * index
        out.append(_shape(_SHAPES[index % len(_SHAPES)], x, 42, "#475569"))
        out.append(f'<text x="{x + 10}" y="46">{escape(name)}</text>')
    return out


def _shape(kind, x, y, colour):
    if kind == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}"/>'
    turn = f' transform="rotate(45 {x:.1f} {y:.1f})"' if kind == "diamond" else ""
    return f'<rect x="{x - 4.2:.1f}" y="{y - 4.2:.1f}" width="8.4" height="8.4" fill="{colour}"{turn}/>'


def _number(value):
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value >= 1 else f"{value:.2g}"
