"""Numbers as bands of colour; apart from painting, which must not bring NumPy to the start."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from engine.functions import Floats

BANDS = 9

Bytes = NDArray[np.uint8]


def bands_of(values: Floats, span: tuple[float, float]) -> Bytes:
    """The number of the band of every value, 0 to BANDS - 1; the middle one where none is known."""
    low, high = span
    wide = max(high - low, 1e-30)
    with np.errstate(all="ignore"):
        share = (np.asarray(values, dtype=np.float32) - np.float32(low)) / np.float32(wide)
        filled = np.where(np.isnan(share), np.float32(0.5), share)
        return np.asarray(np.clip(filled * BANDS, 0, BANDS - 1).astype(np.uint8))


def class_bands(outputs: Floats, colors: int) -> Bytes:
    """The colour of the largest output everywhere, of so many; where two classes meet, one more."""
    largest = np.nan_to_num(outputs, nan=-np.inf).argmax(axis=0)
    meets = np.zeros(largest.shape, dtype=bool)
    meets[:, 1:] |= largest[:, 1:] != largest[:, :-1]
    meets[1:] |= largest[1:] != largest[:-1]
    return np.where(meets, colors, largest % colors).astype(np.uint8)


def image_of(bands: Bytes, ramp: tuple[QColor, ...]) -> QImage:
    """A picture from the number of the band of every point; the last row is at the bottom."""
    upright = np.ascontiguousarray(bands[::-1])
    height, width = upright.shape
    image = QImage(upright.tobytes(), width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable([color.rgb() for color in ramp])
    return image.copy()
