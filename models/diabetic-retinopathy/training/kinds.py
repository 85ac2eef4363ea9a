"""Pictures made for the gates: eyes seen otherwise, eyes spoilt, and things that only look like eyes. All uint8 RGB squares."""
import cv2
import numpy as np

from squares import augment


def disc(size, radius=0.49):
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    return (x * x + y * y < (radius * size) ** 2)[..., None]


def blurred(image, rng):
    """Out of focus or moved, beyond what can be graded; sometimes with the noise or the JPEG blocks that come with it."""
    if rng.random() < 0.75:
        out = cv2.GaussianBlur(image, (0, 0), rng.uniform(2.5, 9))
    else:
        length = int(rng.uniform(13, 40))
        kernel = np.zeros((length, length), np.float32)
        kernel[length // 2] = 1 / length
        turn = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), rng.uniform(0, 180), 1)
        kernel = cv2.warpAffine(kernel, turn, (length, length))
        out = cv2.filter2D(image, -1, kernel / kernel.sum())
    out = np.where(image.max(2, keepdims=True) < 6, image, out)
    if rng.random() < 0.3:
        out = np.clip(out + rng.normal(0, rng.uniform(1, 5), out.shape) * (out.max(2, keepdims=True) > 6), 0, 255).astype(np.uint8)
    if rng.random() < 0.4:
        out = cv2.imdecode(cv2.imencode('.jpg', out, [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(40, 92))])[1], cv2.IMREAD_COLOR)
    return out


def degraded(image, rng):
    """Blurred, far too dark or far too bright: still an eye."""
    kind = rng.integers(3)
    if kind == 0:
        return blurred(image, rng)
    gain = rng.uniform(0.08, 0.4) if kind == 1 else rng.uniform(1.8, 3.5)
    return np.clip(image * gain, 0, 255).astype(np.uint8)


def seen_otherwise(image, rng):
    """Another camera; sometimes a crop inside the disc, or a disc that fills less of the square."""
    out = augment(image, rng)
    size = out.shape[0]
    if rng.random() < 0.25:
        side = int(size * rng.uniform(0.6, 0.85))
        at = (size - side) // 2
        out = cv2.resize(out[at:at + side, at:at + side], (size, size), interpolation=cv2.INTER_LINEAR)
    elif rng.random() < 0.25:
        side = int(size * rng.uniform(0.6, 0.95))
        small = np.zeros_like(out)
        at = (size - side) // 2
        small[at:at + side, at:at + side] = cv2.resize(out, (side, side), interpolation=cv2.INTER_AREA)
        out = small
    return out


def not_fundus(others, eyes, rng):
    """The real other pictures, varied; the same cut to a disc on black; eyes with impossible colours; drawn discs and pages."""
    made = list(others)
    size = others[0].shape[0]
    round_ = disc(size)
    for image in others:
        made.append(augment(image, rng))
        warm = image.astype(np.float32)
        if rng.random() < 0.6:  # a disc in the colours of a fundus is not yet one
            warm = warm.mean(2, keepdims=True) * np.array([1.2, rng.uniform(0.5, 0.8), rng.uniform(0.2, 0.5)])
        side = int(size * rng.uniform(0.5, 1))
        x, y = rng.integers(0, size - side + 1, 2)
        part = cv2.resize(np.clip(warm, 0, 255).astype(np.uint8)[y:y + side, x:x + side], (size, size))
        made.append((part * round_).astype(np.uint8))
    for i in rng.choice(len(eyes), 160, replace=False):
        made.append(recoloured(eyes[i], rng))
    made += [drawn(size, rng) for _ in range(120)]
    return made


def recoloured(eye, rng):
    """Grey, inverted, blue or green: angiography, red-free, false colour."""
    kind = rng.integers(4)
    grey = cv2.cvtColor(eye, cv2.COLOR_RGB2GRAY)
    if kind == 0:
        return np.repeat(grey[..., None], 3, 2)
    if kind == 1:
        return np.where(eye.max(2, keepdims=True) > 8, 255 - eye, 0).astype(np.uint8)
    if kind == 2:
        return np.ascontiguousarray(eye[..., [2, 1, 0]] if rng.random() < 0.5 else eye[..., [1, 0, 2]])
    tint = np.array([[0.2, 1.0, 0.4], [0.3, 0.5, 1.0], [0.9, 0.2, 0.9]])[rng.integers(3)]
    return np.clip(grey[..., None] * tint * 1.2, 0, 255).astype(np.uint8)


def drawn(size, rng):
    kind = rng.integers(5)
    colour = rng.uniform([120, 40, 10], [255, 170, 120]) if rng.random() < 0.7 else rng.uniform(0, 255, 3)
    y, x = (np.mgrid[:size, :size] - size / 2) / (size / 2)
    if kind == 0:  # a plain or shaded disc, with or without a spot or noise
        image = disc(size) * colour * (1 - rng.uniform(0, 0.7) * (x * x + y * y))[..., None]
        if rng.random() < 0.5:
            spot = rng.uniform(-0.5, 0.5, 2)
            image += 90 * np.exp(-((x - spot[0]) ** 2 + (y - spot[1]) ** 2) / rng.uniform(0.01, 0.1))[..., None] * disc(size)
    elif kind == 1:  # bands as in an OCT scan
        middle = rng.uniform(-0.3, 0.3) + rng.uniform(0, 0.3) * np.cos(x * rng.uniform(1, 5) + rng.uniform(0, 6))
        band = sum(rng.uniform(0.3, 1) * np.exp(-((y - middle - o) / rng.uniform(0.02, 0.08)) ** 2) for o in rng.uniform(-0.3, 0.3, 5))
        image = np.clip(band * 200, 0, 255)[..., None] * (np.ones(3) if rng.random() < 0.6 else colour / 255)
    elif kind == 2:  # smooth clouds of colour
        image = cv2.resize(rng.uniform(0, 1, (6, 6, 3)).astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC) * colour * 1.4
        if rng.random() < 0.5:
            image = image * disc(size)
    elif kind == 3:  # lines of text
        image = np.full((size, size, 3), rng.uniform(170, 255)).astype(np.uint8)
        for line in range(12, size - 8, int(rng.uniform(10, 26))):
            cv2.putText(image, ''.join(rng.choice(list('abcdefgh 0123 ijklmn'), 40)), (8, line), cv2.FONT_HERSHEY_SIMPLEX, rng.uniform(0.3, 0.6), (30, 30, 30), 1)
    else:  # a disc on a light ground, or rings
        image = np.where(disc(size, rng.uniform(0.2, 0.45)), colour, rng.uniform(0, 255, 3)).astype(np.uint8)
        for _ in range(rng.integers(0, 4)):
            cv2.circle(image, tuple(int(v) for v in rng.uniform(0, size, 2)), int(rng.uniform(10, 120)), tuple(rng.uniform(0, 255, 3)), int(rng.uniform(1, 20)))
    image = image + rng.normal(0, rng.uniform(0, 12), image.shape)
    return np.clip(image, 0, 255).astype(np.uint8)
