"""Figures by source with intervals, from what the application answered (predict.ts), into manifest.json, metrics.md and a plot.
python evaluate.py --predictions FILE --data DIR --model MODEL_FOLDER [--write]
"""
import argparse
import csv
import json
import sys
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

sys.path.append(str(Path(__file__).parents[2] / 'diabetic-retinopathy' / 'training'))
from intervals import with_intervals  # noqa: E402  (needs the path above)

REFERENCE = 'Kermany et al. 2018 on the same official test films: accuracy 92.8 %, sensitivity 93.2 %, specificity 90.1 %, AUC 0.968'


def figures(rows, threshold):
    ill = np.array([r['label'] == 'pneumonia' for r in rows])
    p = np.array([r['probability'] for r in rows])
    said = p >= threshold
    two = 0 < ill.sum() < len(ill)
    return {'auc': roc_auc_score(ill, p) if two else np.nan, 'accuracy': (said == ill).mean(),
            'sensitivity': said[ill].mean() if ill.any() else np.nan, 'specificity': (~said[~ill]).mean() if (~ill).any() else np.nan}


def calibration_error(rows, even, bins=10):
    """ECE in bins of equal width; `even`: both classes weighing the same, as the probability is calibrated."""
    p = np.array([r['probability'] for r in rows])
    y = np.array([r['label'] == 'pneumonia' for r in rows])
    w = np.where(y, 0.5 / y.sum(), 0.5 / (~y).sum()) if even else np.full(len(y), 1 / len(y))
    at = np.minimum((p * bins).astype(int), bins - 1)
    return sum(w[at == b].sum() * abs(np.average(p[at == b], weights=w[at == b]) - np.average(y[at == b], weights=w[at == b])) for b in range(bins) if (at == b).any())


def cells(found):
    return ' | '.join('–' if np.isnan(v['value']) else f'{v["value"]:.3f} ({v["low"]:.3f}-{v["high"]:.3f})' for v in found.values())


def main():
    arg = argparse.ArgumentParser()
    for name in ('predictions', 'data', 'model'):
        arg.add_argument(f'--{name}', required=True)
    arg.add_argument('--write', action='store_true')
    a = arg.parse_args()
    folder = Path(a.model)
    manifest = json.loads((folder / 'manifest.json').read_text())
    threshold = manifest['thresholds']['pneumonia']['value']
    rows = [json.loads(line) for line in Path(a.predictions).read_text().splitlines()]
    metrics, lines = [], ['| films | over | number | AUC | accuracy | sensitivity | specificity | refused |', '| --- | --- | --- | --- | --- | --- | --- | --- |']
    children = [r for r in rows if r['source'] == 'kermany']
    refused = with_intervals(children, lambda rs: {'refused': np.mean([r['refused'] is not None for r in rs])})
    for over, chosen in (('all', children), ('accepted', [r for r in children if r['refused'] is None])):
        found = with_intervals(chosen, lambda rs: figures(rs, threshold))
        metrics.append({'source': 'kermany', 'images': len(chosen), 'over': over, **found, **refused})
        lines.append(f'| children (kermany) | {over} | {len(chosen)} | {cells(found)} | {cells(refused)} |')
    with open(Path(a.data) / 'chest-xray' / 'nih-brightness-matched.csv', newline='') as file:
        pairs = {r['file']: r['pair'] for r in csv.DictReader(file) if r['split'] == 'ood'}
    adults = {'adults, brightness-matched pairs (nih-adult)': [r | {'pair': pairs[k]} for r in rows for k in [r['file'].removeprefix('chest-xray/')] if k in pairs],
              'adults, all (nih-adult)': [r for r in rows if r['source'] == 'nih-adult'], 'adults, COVID-19 (covid-mixed)': [r for r in rows if r['source'] == 'covid-mixed']}
    for name, of in adults.items():
        if not of:
            continue
        unit = 'pair' if 'pair' in of[0] else 'patient'
        found = with_intervals(of, lambda rs: figures(rs, threshold), unit)
        gone = with_intervals(of, lambda rs: {'refused': np.mean([r['refused'] is not None for r in rs])}, unit)
        metrics.append({'source': name, 'images': len(of), 'over': 'all', **found, **gone})
        lines.append(f'| {name}: shown to nobody | all | {len(of)} | {cells(found)} | {cells(gone)} |')
    lines += ['', REFERENCE, '', f"ECE over the children's films: {calibration_error(children, False):.3f}; both classes weighing the same, as it was calibrated: {calibration_error(children, True):.3f}"]
    others = [r for r in rows if r['label'] == 'other']
    if others:
        lines += ['', '| no chest film | pictures | refused |', '| --- | --- | --- |']
        for kind in ('all', *sorted({r['source'] for r in others})):
            of = [r for r in others if kind in ('all', r['source'])]
            gone = with_intervals(of, lambda rs: {'refused': np.mean([r['refused'] is not None for r in rs])})
            lines.append(f'| {kind} | {len(of)} | {cells(gone)} |')
    print('\n'.join(lines))
    if a.write:
        (folder / 'metrics.md').write_text('\n'.join(lines) + '\n')
        clean = json.loads(json.dumps(metrics).replace('NaN', 'null'), parse_float=lambda v: round(float(v), 4))
        manifest['metrics'] = clean
        (folder / 'manifest.json').write_text(json.dumps(manifest, indent=2) + '\n')
        reliability(children, folder / 'reliability.png')


def reliability(rows, path):
    import matplotlib
    matplotlib.use('Agg')
    import matplotlib.pyplot as plt
    figure, axes = plt.subplots(figsize=(4, 3.8))
    p = np.array([r['probability'] for r in rows])
    y = np.array([r['label'] == 'pneumonia' for r in rows])
    at = np.minimum((p * 10).astype(int), 9)
    used = [b for b in range(10) if (at == b).sum() >= 5]
    axes.plot([0, 1], [0, 1], 'k:', lw=1)
    axes.plot([p[at == b].mean() for b in used], [y[at == b].mean() for b in used], 'o-', ms=4)
    axes.set(xlabel='stated probability of pneumonia', ylabel='observed frequency', xlim=(0, 1), ylim=(0, 1))
    figure.tight_layout()
    figure.savefig(path, dpi=110)


if __name__ == '__main__':
    main()
