"""Reads QR codes that are drawn with half blocks, as a camera would."""

import zxingcpp

# Upper half, lower half.
DARK = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
PIXELS = 4


def decode(text):
    """The content of the one QR code among the lines of a text."""
    lines = [line for line in text.splitlines() if line and set(line) <= set(DARK)]
    width = max(map(len, lines))
    rows = [
        [DARK[block][half] for block in line.ljust(width)] for line in lines for half in (0, 1)
    ]
    # Dark modules on a light ground, each some pixels wide and high.
    pixels = bytes(
        255 * (1 - module) for row in rows for _ in range(PIXELS) for module in row for _ in range(PIXELS)
    )
    image = memoryview(pixels).cast("B", (len(rows) * PIXELS, width * PIXELS))
    [found] = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode, try_invert=False)
    return found.text
