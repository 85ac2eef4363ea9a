"""Writes model.onnx and manifest.json and checks that onnxruntime answers as the framework does.
python export.py --data DIR --weights FILE --heads FILE --out MODEL_FOLDER --version 1.0.0
"""
import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import nn

from chest import ChestNetwork  # first: it puts the shared files on the path
from films import SIZE, Films, rows_of, tensor
from gate import TAPS
from heads import gate_scores

OUTPUTS = ('probability', 'kind', 'child', 'heat')
DIFFERENCE_MAX = 1e-4


class Reader(nn.Module):
    """One film in; calibrated probability over the film and its mirror image, gates and heat map out, in one pass."""

    def __init__(self, net, heads):
        super().__init__()
        self.net = net
        self.heads = heads

    def forward(self, image):
        low = self.net.low(torch.cat([image, torch.flip(image, [3])]))
        top, kept = self.net.features(low, TAPS)
        logit = self.net.grades(top.mean((2, 3))).mean(0)
        probability = torch.sigmoid(logit / self.heads['temperature'] + self.heads['shift'])
        pooled = [m[:1].flatten(2) for m in (low, *kept)]
        pooled = [f for m in pooled for f in (m.mean(2), (m - m.mean(2, keepdim=True)).square().sum(2).div(m.shape[2] - 1).sqrt())]
        kind, child = gate_scores(torch.cat([*pooled, top[:1].mean((2, 3))], 1), self.heads)
        cam = (top * self.net.grades.weight[0].reshape(1, -1, 1, 1)).sum(1, keepdim=True) + self.net.grades.bias[0]
        cam = (cam[:1] + torch.flip(cam[1:], [3])) / 2
        return probability, kind, child, torch.clamp(cam[0, 0] / self.heads['heat'], 0, 1)


def main():
    arg = argparse.ArgumentParser()
    for name in ('data', 'weights', 'heads', 'out', 'version'):
        arg.add_argument(f'--{name}', required=True)
    a = arg.parse_args()
    net = ChestNetwork()
    net.load_state_dict(torch.load(a.weights, weights_only=True))
    heads = torch.load(a.heads, weights_only=False)
    reader = Reader(net, heads).eval()
    out = Path(a.out)
    file = out / 'model.onnx'
    torch.onnx.export(reader, (torch.randn(1, 3, SIZE, SIZE),), file, input_names=['image'], output_names=list(OUTPUTS), opset_version=17, dynamo=False)
    compare(reader, file, Films(a.data, source='kermany', split='validation').pixels[::25])
    onnx = file.read_bytes()
    manifest = describe(a.data, heads, a.version) | {'sha256': hashlib.sha256(onnx).hexdigest(), 'metrics': []}
    (out / 'manifest.json').write_text(json.dumps(manifest, indent=2) + '\n')
    print(f'{len(onnx) / 1e6:.1f} MB')


@torch.no_grad()
def compare(reader, file, films):
    session = onnxruntime.InferenceSession(str(file), providers=['CPUExecutionProvider'])
    worst = 0.0
    for film in films:
        x = tensor(film[None]).contiguous()
        for expected, found in zip(reader(x), session.run(None, {'image': x.numpy()})):
            worst = max(worst, float(np.abs(expected.numpy() - found).max()))
    print(f'largest difference between torch and onnxruntime {worst:.1e}')
    assert worst < DIFFERENCE_MAX


def describe(data, heads, version):
    def count(source, split):
        return sum(r['source'] == source and r['split'] == split for r in rows_of(data))
    return {
        'id': 'pneumonia-children',
        'version': version,
        'task': 'chest-xray',
        'title': "Pneumonia in children's chest films",
        'intendedUse': 'Research use. Proposes whether a frontal chest film of a child between 1 and 5 years shows pneumonia; a clinician accepts, changes or rejects each proposal. A screening aid.',
        'notFor': ['adults and youths: no figure is shown for them', 'newborns', 'lateral or lying films shown turned', 'deciding without a clinician',
                   'telling bacterial from viral', 'tuberculosis, effusion, pneumothorax, heart disease, foreign bodies'],
        'population': {'says': 'children of 1 to 5 years', 'ageYears': {'min': 1, 'max': 5}},
        'use': 'research use',
        'licence': 'Weights: research use only, because the gate for adults was trained on NIH ChestX-ray8 and other pictures for research; children\'s films: CC BY 4.0 (Kermany et al. 2018); code: Apache-2.0',
        'file': 'model.onnx',
        'runtime': {'onnxruntime': '1.17', 'opset': 17},
        'input': {'name': 'image', 'size': SIZE, 'crop': 'stretch to square', 'colour': 'grey', 'layout': 'NCHW', 'mean': [0.498] * 3, 'std': [0.502] * 3},
        'outputs': {name: name for name in OUTPUTS},
        'finding': 'pneumonia',
        'temperature': round(heads['temperature'], 4),
        'shift': [round(heads['shift'], 4)],
        'thresholds': {'pneumonia': {'value': heads['threshold'], 'chosenFor': "sensitivity equal to specificity on the children's validation films"}},
        'gates': heads['gates'] | {'chosenFor': "about 1 % of the children's validation films refused by each gate"},
        'heatMap': {'layer': 'last feature map before pooling', 'side': SIZE // 32,
                    'method': f'class activation of pneumonia, mean of the film and its mirror image; full strength = {heads["heat"]:.3f}, the median of the strongest place in validation films with pneumonia'},
        'data': [
            {'name': 'kermany', 'licence': 'CC BY 4.0 (Kermany et al. 2018)', **{s: count('kermany', s) for s in ('train', 'validation', 'test')}},
            {'name': 'nih-adult-train', 'licence': 'NIH ChestX-ray8: free use with attribution; only for the gate that tells adults', 'train': count('nih-adult-train', 'train'), 'validation': count('nih-adult-train', 'validation'), 'test': 0},
        ],
    }


if __name__ == '__main__':
    main()
