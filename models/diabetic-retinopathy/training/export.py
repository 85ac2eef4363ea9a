"""Writes model.onnx and manifest.json and checks that onnxruntime answers as the framework does.
python export.py --prepared DIR --weights FILE --heads FILE --out MODEL_FOLDER --version 1.0.0
"""
import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import nn

from gate import TAPS
from heads import activation, gate_scores
from halves import halved, store_halved
from network import MEAN, MIRRORED, STD, Pair, normalise, views
from squares import NATURAL, Squares

OUTPUTS = ('probabilities', 'above', 'fundus', 'sharp', 'heat')
DIFFERENCE_MAX = 1e-4


class Reader(nn.Module):
    """One picture in; calibrated answers over the picture and its mirror images, gates and heat map out, in one pass of each network."""

    def __init__(self, pair, heads):
        super().__init__()
        self.pair = pair
        self.heads = heads

    def forward(self, image):
        seen = torch.cat(views(image))
        first = self.pair.nets[0]
        low = first.low(seen)
        top, kept = first.features(low, TAPS)
        tops = [top, *(net.features(net.low(seen)) for net in list(self.pair.nets)[1:])]
        nets = list(zip(self.pair.nets, tops))
        logits = torch.stack([net.grades(maps.mean((2, 3))) for net, maps in nets]).mean(0).mean(0, keepdim=True)
        above = torch.sigmoid(logits / self.heads['temperature'] + self.heads['shift']).split(1, 1)
        above = [torch.stack(above[:k + 1]).amin(0) for k in range(4)]
        steps = [torch.ones_like(above[0]), *above, torch.zeros_like(above[0])]
        probabilities = torch.cat([steps[k] - steps[k + 1] for k in range(5)], 1)
        pooled = [m[:1].flatten(2) for m in (low, *kept)]
        pooled = [f for m in pooled for f in (m.mean(2), (m - m.mean(2, keepdim=True)).square().sum(2).div(m.shape[2] - 1).sqrt())]
        fundus, sharp = gate_scores(torch.cat([*pooled, top[:1].mean((2, 3))], 1), self.heads)
        cam = torch.stack([activation(net, maps) for net, maps in nets]).mean(0)
        cam = torch.stack([torch.flip(cam[i], [axis - 2 for axis in axes]) if axes else cam[i] for i, axes in enumerate(MIRRORED)]).mean(0)
        return probabilities, torch.cat(above, 1), fundus, sharp, torch.clamp(cam / self.heads['heat'], 0, 1)


def main():
    arg = argparse.ArgumentParser()
    arg.add_argument('--prepared', required=True)
    arg.add_argument('--weights', required=True, nargs='+')
    arg.add_argument('--heads', required=True)
    arg.add_argument('--out', required=True)
    arg.add_argument('--version', required=True)
    a = arg.parse_args()
    squares = Squares(a.prepared)
    pair = halved(Pair(a.weights))
    heads = torch.load(a.heads, weights_only=False)
    reader = Reader(pair, heads).eval()
    out = Path(a.out)
    file = out / 'model.onnx'
    torch.onnx.export(reader, (torch.zeros(1, 3, squares.size, squares.size),), file, input_names=['image'],
                      output_names=list(OUTPUTS), opset_version=17, dynamo=False)
    store_halved(file)
    compare(reader, file, squares)
    onnx = file.read_bytes()
    manifest = describe(squares, heads, a.version) | {'sha256': hashlib.sha256(onnx).hexdigest(), 'metrics': []}
    (out / 'manifest.json').write_text(json.dumps(manifest, indent=2) + '\n')
    print(f'{len(onnx) / 1e6:.1f} MB')


@torch.no_grad()
def compare(reader, file, squares):
    session = onnxruntime.InferenceSession(str(file), providers=['CPUExecutionProvider'])
    worst = 0.0
    for i in np.concatenate([squares.where(set='graded', split='validation')[::20], squares.where(set='not-fundus', split='validation')[::8]]):
        x = normalise(squares.pixels[i][None]).contiguous()
        for expected, found in zip(reader(x), session.run(None, {'image': x.numpy()})):
            worst = max(worst, float(np.abs(expected.numpy() - found).max()))
    print(f'largest difference between torch and onnxruntime {worst:.1e}')
    assert worst < DIFFERENCE_MAX


def describe(squares, heads, version):
    def count(source):
        return {split: len(squares.where(source=source, split=split)) for split in ('train', 'validation', 'test')}
    licences = {
        'idrid': 'CC BY 4.0 (Porwal et al. 2018)',
        'eyepacs-colour': 'Kaggle Diabetic Retinopathy Detection 2015: non-commercial research',
        'eyepacs-colour-2': 'Kaggle Diabetic Retinopathy Detection 2015: non-commercial research',
        'eyepacs-equalised': 'Kaggle Diabetic Retinopathy Detection 2015: non-commercial research',
        'odir': 'ODIR-5K challenge data: research; no licence stated at the source',
    }
    return {
        'id': 'diabetic-retinopathy',
        'version': version,
        'task': 'fundus',
        'title': 'Diabetic retinopathy in colour fundus photographs',
        'intendedUse': 'Research use. Proposes a grade of diabetic retinopathy (ICDR 0 to 4) and whether the eye is referable (grade 2 or more) '
                       'from one colour fundus photograph of an adult with diabetes; a clinician accepts, changes or rejects each proposal.',
        'notFor': ['deciding without a clinician', 'diseases other than diabetic retinopathy, macular oedema included', 'children',
                   'ultra-wide-field pictures, angiography, OCT', 'eyes after laser treatment', 'ruling out mild retinopathy'],
        'use': 'research use; trained in part on non-commercial data',
        'licence': 'Weights: research use only, because part of the training data is for non-commercial research; code: Apache-2.0',
        'file': 'model.onnx',
        'runtime': {'onnxruntime': '1.17', 'opset': 17},
        'input': {'name': 'image', 'size': squares.size, 'crop': 'retinal disc, padded with black to a square', 'colour': 'RGB',
                  'layout': 'NCHW', 'mean': [MEAN] * 3, 'std': [STD] * 3},
        'outputs': {name: name for name in OUTPUTS},
        'classes': ['no retinopathy', 'mild non-proliferative', 'moderate non-proliferative', 'severe non-proliferative', 'proliferative'],
        'temperature': round(heads['temperature'], 4),
        'shift': [round(float(s), 4) for s in heads['shift']],
        'thresholds': {
            'referable': {'value': heads['cuts'][1], 'chosenFor': 'sensitivity plus specificity, and quadratic kappa with the other cuts; mean of IDRiD, ODIR and EyePACS, validation split'},
            'grades': {'value': heads['cuts'], 'chosenFor': 'quadratic kappa, mean of the same sources, validation split; the second is the referable threshold'},
        },
        'gates': heads['gates'] | {'chosenFor': 'about half a percent of each source refused by each gate, training and validation split; advice to the photographer'},
        'heatMap': {'layer': 'last feature map before pooling', 'side': squares.size // 32,
                    'method': 'class activation of "grade at least 2", mean of both networks and of the picture with its mirror images; '
                              f'full strength = {heads["heat"]:.3f}, the median of the strongest place in referable validation eyes'},
        'data': [{'name': s, 'licence': licences[s], **count(s)} for s in (*NATURAL, 'eyepacs-equalised')],
    }


if __name__ == '__main__':
    main()
