"""Renders frames of other examinations (CT, MR, ultrasound, angiography ...) from a folder of DICOM files, as further pictures that are no chest film.
python frames.py --dicom DIR --out FILE.npy   (needs pydicom, pylibjpeg)
"""
import argparse
from pathlib import Path

import cv2
import numpy as np
import pydicom
from pydicom.pixels import apply_voi_lut, pixel_array

from films import SIZE

CHEST = ('CR', 'DX')  # may be chests: left out


def frames(path):
    header = pydicom.dcmread(path, stop_before_pixels=True)
    if header.get('Modality') in CHEST or header.get('Rows', 0) * header.get('Columns', 0) < 64 * 64 or header.get('Rows', 0) > 4096:
        return []
    number = int(header.get('NumberOfFrames', 1) or 1)
    kept = []
    for index in sorted({0, number // 2}):
        pixels = pixel_array(path, index=index).astype(np.float32)
        if pixels.ndim == 3:
            pixels = pixels.mean(2)
        low, high = np.percentile(pixels, [1, 99])
        grey = np.clip((pixels - low) / max(1e-6, high - low), 0, 1) * 255
        kept.append(cv2.resize(grey.astype(np.uint8), (SIZE, SIZE), interpolation=cv2.INTER_AREA))
    return kept


def main():
    arg = argparse.ArgumentParser()
    arg.add_argument('--dicom', required=True)
    arg.add_argument('--out', required=True)
    a = arg.parse_args()
    kept = []
    for path in sorted(Path(a.dicom).rglob('*.dcm'))[::2]:  # every second file: the others stay unseen for trying the gate
        try:
            kept += frames(path)
        except Exception as error:  # broken files are the purpose of some of these
            print(path.name, type(error).__name__)
    np.save(a.out, np.stack(kept))
    print(len(kept), 'frames')


if __name__ == '__main__':
    main()
