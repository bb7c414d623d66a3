"""Draws the ratios that scripts/compare measures, as an SVG of horizontal bars on a logarithmic scale."""

import math
from xml.sax.saxutils import escape

ROW_HEIGHT = 14
GROUP_GAP = 8
LEFT = 60
WIDTH = 640
TOP = 40
COLOURS = ("#37474f", "#00838f", "#ef6c00", "#6a1b9a", "#9e9d24", "#c62828", "#1565c0", "#2e7d32", "#8d6e63", "#ad1457")
LOW, HIGH = 0.02, 4.0


def place(ratio):
    clamped = min(max(ratio, LOW), HIGH)
    return LEFT + WIDTH * (math.log(clamped) - math.log(LOW)) / (math.log(HIGH) - math.log(LOW))


def drawComparison(rows, path):
    """Writes one bar per row; a bar that ends left of 1 is faster than the peer."""
    kinds = sorted({(row["mode"], row["threads"]) for row in rows})
    colours = {kind: COLOURS[index % len(COLOURS)] for index, kind in enumerate(kinds)}
    parts = []
    y = TOP
    for query in sorted({row["query"] for row in rows}):
        group = [row for row in rows if row["query"] == query]
        parts.append(f'<text x="{LEFT - 8}" y="{y + ROW_HEIGHT * len(group) / 2 + 4}" text-anchor="end">{escape(query)}</text>')
        for row in sorted(group, key=lambda each: (each["mode"], each["threads"])):
            end = place(row["ratio"])
            colour = colours[(row["mode"], row["threads"])]
            parts.append(f'<rect x="{LEFT}" y="{y + 1}" width="{end - LEFT:.1f}" height="{ROW_HEIGHT - 2}" fill="{colour}"/>')
            parts.append(f'<text x="{end + 4:.1f}" y="{y + 11}" font-size="9">{row["ratio"]:.2f}</text>')
            y += ROW_HEIGHT
        y += GROUP_GAP
    for tick in (0.02, 0.05, 0.1, 0.2, 0.4, 1, 2, 4):
        x = place(tick)
        style = 'stroke="#c62828"' if tick == 1 else 'stroke="#cfd8dc"'
        parts.insert(0, f'<line x1="{x:.1f}" y1="{TOP - 4}" x2="{x:.1f}" y2="{y}" {style}/>')
        parts.append(f'<text x="{x:.1f}" y="{TOP - 8}" text-anchor="middle" font-size="10">{tick:g}</text>')
    legend = LEFT
    for kind in kinds:
        label = f"{kind[0]}, {kind[1]} thread{'s' if kind[1] > 1 else ''}"
        parts.append(f'<rect x="{legend}" y="8" width="10" height="10" fill="{colours[kind]}"/>')
        parts.append(f'<text x="{legend + 14}" y="17" font-size="10">{escape(label)}</text>')
        legend += 24 + 6 * len(label)
    width = max(LEFT + WIDTH + 60, legend)
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y + 10}" font-family="sans-serif" font-size="12">\n')
        file.write('<rect width="100%" height="100%" fill="white"/>\n')
        file.write("\n".join(parts))
        file.write("\n</svg>\n")
