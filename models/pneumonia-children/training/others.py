"""Pictures that are no upright frontal chest film, for the gate: real ones in grey, chests shown wrongly, drawn bones. uint8 squares of 224 pixels."""
import csv
from pathlib import Path

import cv2
import numpy as np

from films import SIZE, load


def real(data, split):
    """Eyes, skin, pages and everyday pictures."""
    data = Path(data)
    with open(data / 'not-fundus' / 'labels.csv', newline='') as file:
        rows = [r for r in csv.DictReader(file) if r['split'] == split and r['in_other_set'] != 'chest-xray']
    paths = [data / 'not-fundus' / r['file'] for r in rows]
    with open(data / 'fundus' / 'labels.csv', newline='') as file:
        rows = [r for r in csv.DictReader(file) if r['split'] == split]
    paths += [data / 'fundus' / r['file'] for r in rows[::max(1, len(rows) // (160 if split == 'train' else 60))]]
    return [load(p) for p in paths]


def shown_wrongly(film, rng):
    """The same chest lying, upside down, negative, or only a piece of it."""
    kind = rng.integers(5)
    if kind == 0:
        return np.ascontiguousarray(np.rot90(film, rng.choice([1, 3])))
    if kind == 1:
        return np.ascontiguousarray(film[::-1])
    if kind == 2:
        return 255 - film
    side = int(SIZE * rng.uniform(0.22, 0.45))
    x, y = rng.integers(0, SIZE - side + 1, 2)
    return cv2.resize(film[y:y + side, x:x + side], (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)


def bones(rng):
    """Something like the film of a hand or a limb: soft tissue and shafts that fade into a dark ground."""
    image = np.zeros((SIZE, SIZE), np.float32)
    hand = rng.random() < 0.6
    count = 5 if hand else int(rng.integers(1, 4))
    foot = np.array([rng.uniform(0.35, 0.65) * SIZE, SIZE * rng.uniform(0.8, 1.0)])
    if hand:
        cv2.ellipse(image, [int(v) for v in (foot[0], foot[1] - 45)], (int(rng.uniform(30, 48)), int(rng.uniform(40, 60))), 0, 0, 360, 0.35, -1)
    for k in range(count):
        turn = np.deg2rad((k - 2) * rng.uniform(10, 18) + rng.normal(0, 4)) if hand else rng.normal(0, 0.25)
        reach = SIZE * (rng.uniform(0.55, 0.85) if hand else rng.uniform(0.8, 1.1))
        start = foot + (0 if hand else rng.uniform(-50, 50))
        tip = start + reach * np.array([np.sin(turn), -np.cos(turn)])
        width = rng.uniform(7, 11) if hand else rng.uniform(12, 26)
        points = np.linspace(start, tip, 5)
        cv2.line(image, [int(v) for v in start], [int(v) for v in tip], 0.35, int(width * 2.4))
        for a, b in zip(points[:-1], points[1:]):
            gap = 0.06 * (b - a)
            cv2.line(image, [int(v) for v in a + gap], [int(v) for v in b - gap], rng.uniform(0.75, 1), int(width))
    image = cv2.GaussianBlur(image, (0, 0), rng.uniform(1, 3)) * rng.uniform(0.6, 1)
    image += rng.normal(0, rng.uniform(0.005, 0.04), image.shape) + rng.uniform(0, 0.15)
    return (np.clip(np.rot90(image, rng.integers(4)), 0, 1) * 255).astype(np.uint8)


def plain(rng):
    """Even, noisy or smoothly shaded plates, and text."""
    kind = rng.integers(3)
    image = np.full((SIZE, SIZE), rng.uniform(0, 255), np.float32)
    if kind == 1:
        image = cv2.resize(rng.uniform(0, 255, (5, 5)).astype(np.float32), (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)
    if kind == 2:
        image = np.full((SIZE, SIZE), int(rng.uniform(180, 255)), np.uint8)
        for line in range(12, SIZE - 8, int(rng.uniform(9, 22))):
            cv2.putText(image, ''.join(rng.choice(list('abcdefgh 0123 ijklmn'), 30)), (8, line), cv2.FONT_HERSHEY_SIMPLEX, rng.uniform(0.25, 0.5), 30, 1)
    return np.clip(image + rng.normal(0, rng.uniform(0, 25), image.shape), 0, 255).astype(np.uint8)
