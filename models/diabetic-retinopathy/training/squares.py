"""Prepared squares on disk, and what training does to them."""
import json
from pathlib import Path

import cv2
import numpy as np

cv2.setNumThreads(1)
NATURAL = ('idrid', 'eyepacs-colour', 'eyepacs-colour-2', 'odir')


class Squares:
    def __init__(self, folder):
        folder = Path(folder)
        self.rows = [json.loads(line) for line in (folder / 'index.jsonl').read_text().splitlines()]
        self.size = self.rows[0]['size']
        self.pixels = np.memmap(folder / 'squares.bin', np.uint8, 'r').reshape(len(self.rows), self.size, self.size, 3)

    def where(self, **wanted):
        """Indices of the rows whose fields have (or are among) the wanted values."""
        def fits(row):
            return all(row[k] in v if isinstance(v, (tuple, list, set)) else row[k] == v for k, v in wanted.items())
        return np.array([i for i, row in enumerate(self.rows) if fits(row)], dtype=int)


def histogram(image):
    """Cumulative histogram of each channel over the lit part."""
    lit = image.max(2) > 12
    counts = np.stack([np.bincount(image[..., c][lit], minlength=256) for c in range(3)]).astype(np.float64)
    return np.cumsum(counts, 1) / max(1, lit.sum())


def unequalise(image, target):
    """Gives each channel the histogram of another picture (monotone look-up table), undoing per-channel equalisation."""
    lit = image.max(2) > 12
    own = histogram(image)
    out = np.zeros_like(image)
    for c in range(3):
        table = np.interp(own[c], target[c], np.arange(256)).astype(np.uint8)
        out[..., c] = np.where(lit, table[image[..., c]], 0)
    return out


def augment(image, rng):
    """A fundus photograph that another camera, operator or file format could have made of the same eye."""
    size = image.shape[0]
    angle = rng.uniform(0, 360) if rng.random() < 0.7 else rng.normal(0, 8)
    scale = rng.uniform(0.88, 1.15)
    m = cv2.getRotationMatrix2D((size / 2, size / 2), angle, scale)
    squeeze = np.diag([np.exp(rng.normal(0, 0.06)), np.exp(rng.normal(0, 0.06)), 1.0])
    middle = np.array([[1, 0, size / 2], [0, 1, size / 2], [0, 0, 1]])
    m = (middle @ squeeze @ np.linalg.inv(middle) @ np.vstack([m, [0, 0, 1]]))[:2]
    m[:, 2] += rng.uniform(-0.04, 0.04, 2) * size
    image = cv2.warpAffine(image, m, (size, size), flags=cv2.INTER_LINEAR)
    if rng.random() < 0.5:
        image = image[:, ::-1]
    if rng.random() < 0.15:
        small = int(size * rng.uniform(0.5, 0.9))
        image = cv2.resize(cv2.resize(image, (small, small), interpolation=cv2.INTER_AREA), (size, size), interpolation=cv2.INTER_LINEAR)
    if rng.random() < 0.2:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 1.3))
    if rng.random() < 0.15:
        amount = rng.uniform(0.3, 1.2)
        image = cv2.addWeighted(image, 1 + amount, cv2.GaussianBlur(image, (0, 0), 1.5), -amount, 0)
    image = colour(image, rng)
    if rng.random() < 0.15:
        noise = rng.normal(0, rng.uniform(2, 7), (size, size, 1)).astype(np.float32)
        image = np.clip(image + noise * (image.max(2, keepdims=True) > 4), 0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        _, code = cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(45, 95))])
        image = cv2.imdecode(code, cv2.IMREAD_COLOR)
    return np.ascontiguousarray(image)


def colour(image, rng):
    """Gamma, gain and saturation by look-up tables; the same for every pixel."""
    steps = np.arange(256) / 255
    exposure = np.exp(rng.normal(-0.06, 0.18))
    out = np.empty_like(image)
    for c in range(3):
        table = exposure * np.exp(rng.normal(0, 0.09)) * steps ** np.exp(rng.normal(0, 0.13))
        out[..., c] = (np.clip(table, 0, 1) * 255).astype(np.uint8)[image[..., c]]
    if rng.random() < 0.4:
        grey = out.mean(2, keepdims=True)
        out = np.clip(grey + (out - grey) * rng.uniform(0.6, 1.4), 0, 255).astype(np.uint8)
    return out
