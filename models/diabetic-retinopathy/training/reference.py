"""Fixtures for the application's tests: squares and outputs as training has them, of the sample pictures that ship.
python reference.py --prepared DIR --weights FILE --heads FILE --samples DIR --out DIR
"""
import argparse
import json
import re
from pathlib import Path

import cv2
import torch

from export import OUTPUTS, Reader
from halves import halved
from network import Pair, normalise
from squares import Squares


def main():
    arg = argparse.ArgumentParser()
    for name in ('prepared', 'heads', 'samples', 'out'):
        arg.add_argument(f'--{name}', required=True)
    arg.add_argument('--weights', required=True, nargs='+')
    a = arg.parse_args()
    squares = Squares(a.prepared)
    reader = Reader(halved(Pair(a.weights)), torch.load(a.heads, weights_only=False)).eval()
    out = Path(a.out)
    out.mkdir(parents=True, exist_ok=True)
    index = {Path(row['file']).stem: i for i, row in enumerate(squares.rows)}
    found = []
    for sample in sorted(Path(a.samples).glob('*.jpg')):
        at = index['IDRiD_train_' + re.search(r'train-(\d+)', sample.stem).group(1)]
        square = squares.pixels[at]
        tensor = normalise(square[None])
        with torch.no_grad():
            answer = dict(zip(OUTPUTS, reader(tensor)))
        flat = tensor.contiguous().flatten()
        places = list(range(0, flat.numel(), 9973))
        kept = {name: [round(v, 6) for v in answer[name].flatten().tolist()] for name in ('above', 'fundus', 'sharp')}
        found.append({'sample': sample.name, 'square': f'{sample.stem}.png', 'places': places,
                      'tensor': [round(v, 6) for v in flat[places].tolist()], **kept})
        if len(found) <= 3:
            cv2.imwrite(str(out / f'{sample.stem}.png'), square[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])
        else:
            found[-1].pop('square')
    (out / 'reference.json').write_text(json.dumps(found, indent=1) + '\n')


if __name__ == '__main__':
    main()
