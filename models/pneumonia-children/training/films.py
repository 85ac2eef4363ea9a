"""Chest films as training has them: grey squares of 224 pixels, stretched, and what training does to them."""
import csv
from pathlib import Path

import cv2
import numpy as np
import torch

cv2.setNumThreads(1)
SIZE = 224


def rows_of(data):
    """labels.csv of the chest films, one dict a film."""
    with open(Path(data) / 'chest-xray' / 'labels.csv', newline='') as file:
        return list(csv.DictReader(file))


def load(path):
    """Grey picture stretched to the square (aspect ratio not kept: the only form the children's films exist in)."""
    image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    return image if image.shape == (SIZE, SIZE) else cv2.resize(image, (SIZE, SIZE), interpolation=cv2.INTER_AREA)


class Films:
    def __init__(self, data, **wanted):
        self.rows = [r for r in rows_of(data) if all(r[k] in (v if isinstance(v, tuple) else (v,)) for k, v in wanted.items())]
        self.pixels = np.stack([load(Path(data) / 'chest-xray' / r['file']) for r in self.rows])
        self.pneumonia = np.array([r['label'] == 'pneumonia' for r in self.rows])


def tensor(images):
    """uint8 NHW -> float NCHW in the range of the ImageNet weights; exposure is evened out by the network itself."""
    x = torch.from_numpy(np.ascontiguousarray(images))[:, None].float()
    return ((x / 255 - 0.498) / 0.502).repeat(1, 3, 1, 1).contiguous(memory_format=torch.channels_last)


def augment(image, rng):
    """The same chest on another plate: turned, cropped, exposed, filtered and compressed otherwise."""
    size = image.shape[0]
    m = cv2.getRotationMatrix2D((size / 2, size / 2), rng.normal(0, 5), rng.uniform(0.92, 1.22))
    m[:, :2] *= np.exp(rng.normal(0, 0.06, (1, 2)))
    m[:, 2] += (np.eye(2) - m[:, :2]) @ [size / 2, size / 2] - m[:, 2] + rng.uniform(-0.06, 0.06, 2) * size
    image = cv2.warpAffine(image, m, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    if rng.random() < 0.5:
        image = image[:, ::-1]
    grey = image.astype(np.float32) / 255
    grey = grey ** np.exp(rng.normal(0, 0.28))
    if rng.random() < 0.3:  # locally evened out, as some consoles do
        grey = cv2.createCLAHE(rng.uniform(1, 3), (8, 8)).apply((grey * 255).astype(np.uint8)).astype(np.float32) / 255
    if rng.random() < 0.3:
        grey = cv2.GaussianBlur(grey, (0, 0), rng.uniform(0.3, 1.4))
    elif rng.random() < 0.3:
        grey = cv2.addWeighted(grey, 1.6, cv2.GaussianBlur(grey, (0, 0), rng.uniform(1, 4)), -0.6, 0)
    if rng.random() < 0.3:  # uneven exposure
        y, x = np.mgrid[-1:1:size * 1j, -1:1:size * 1j]
        grey = grey + rng.normal(0, 0.08) * x + rng.normal(0, 0.08) * y
    grey = grey * np.exp(rng.normal(0, 0.12)) + rng.normal(0, 0.06)
    if rng.random() < 0.25:
        grey = grey + rng.normal(0, rng.uniform(0.005, 0.03), grey.shape)
    if rng.random() < 0.25:  # a marker, a tube, a collimator's edge
        x, y = rng.integers(0, size, 2)
        w, h = rng.integers(6, 50, 2)
        grey[y:y + h, x:x + w] = rng.uniform(0, 1)
    image = (np.clip(grey, 0, 1) * 255).astype(np.uint8)
    if rng.random() < 0.3:
        image = cv2.imdecode(cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(40, 95))])[1], cv2.IMREAD_GRAYSCALE)
    return np.ascontiguousarray(image)
