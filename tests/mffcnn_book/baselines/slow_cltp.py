"""Completed local ternary patterns pixel by pixel, as they are defined, in plain Python."""

import math


def slow_codes(image, radius, threshold):
    """Return upper and lower codes as nested lists; independent of the library."""
    rows, columns = len(image), len(image[0])
    flat = [int(v) for row in image for v in row]
    mean = sum(flat) / len(flat)
    around, centres = [], []
    for y in range(radius, rows - radius):
        for x in range(radius, columns - radius):
            around.append([neighbour(image, y, x, radius, 2 * math.pi * p / 8) for p in range(8)])
            centres.append(int(image[y][x]))
    sides = []
    for sign in (1, -1):
        u = [
            [n - (c + sign * threshold) for n in own]
            for own, c in zip(around, centres, strict=True)
        ]
        sizes = [abs(v) for own in u for v in own]
        mean_size = sum(sizes) / len(sizes)
        codes = []
        for own, c in zip(u, centres, strict=True):
            s = riu2([v >= 0 for v in own])
            m = riu2([abs(v) >= mean_size for v in own])
            codes.append(20 * s + 2 * m + (c + sign * threshold >= mean))
        width = columns - 2 * radius
        sides.append([codes[k : k + width] for k in range(0, len(codes), width)])
    return sides


def neighbour(image, y, x, radius, angle):
    """Return the grey value on the circle: bilinear, rounded to a whole one."""
    fy, fx = y + radius * math.sin(angle), x + radius * math.cos(angle)
    fy, fx = round(32 * fy) / 32, round(32 * fx) / 32
    y0, x0 = math.floor(fy), math.floor(fx)
    value = 0.0
    for dy in (0, 1):
        for dx in (0, 1):
            weight = abs(1 - dy - (fy - y0)) * abs(1 - dx - (fx - x0))
            if weight > 0:
                value += weight * int(image[y0 + dy][x0 + dx])
    return round(value)


def riu2(bits):
    changes = sum(bits[p] != bits[p - 1] for p in range(8))
    return sum(bits) if changes <= 2 else 9


def slow_histogram(image, radius, threshold, blocks):
    """Return square roots of shares, by side, block and code."""
    found = []
    for side in slow_codes(image, radius, threshold):
        h, w = len(side), len(side[0])
        counts = [[0] * 200 for _ in range(blocks[0] * blocks[1])]
        for y in range(h):
            for x in range(w):
                block = (y * blocks[0] // h) * blocks[1] + x * blocks[1] // w
                counts[block][side[y][x]] += 1
        found += [math.sqrt(c / sum(block)) for block in counts for c in block]
    return found
