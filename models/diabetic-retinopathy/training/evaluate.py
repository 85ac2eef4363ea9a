"""Figures of a split by source, with intervals, into manifest.json, card tables and plots.
python evaluate.py --predictions FILE --model MODEL_FOLDER [--write]
"""
import argparse
import json
from pathlib import Path

import numpy as np
from sklearn.metrics import cohen_kappa_score, confusion_matrix, roc_auc_score

from intervals import with_intervals

SOURCES = ('idrid', 'odir', 'eyepacs-colour', 'eyepacs-colour-2')


def figures(rows, cuts):
    grade = np.array([r['grade'] for r in rows])
    above = np.array([r['above'] for r in rows])
    said = np.cumprod(above >= cuts, 1).sum(1)
    ill = grade >= 2
    called = above[:, 1] >= cuts[1]
    return {
        'aucReferable': roc_auc_score(ill, above[:, 1]) if 0 < ill.sum() < len(ill) else np.nan,
        'sensitivity': called[ill].mean() if ill.any() else np.nan,
        'specificity': (~called[~ill]).mean() if (~ill).any() else np.nan,
        'kappa': cohen_kappa_score(grade, said, weights='quadratic', labels=[0, 1, 2, 3, 4]),
    }


def calibration_error(p, y, bins=10):
    """ECE: mean distance between stated and observed frequency in bins of equal width."""
    at = np.minimum((p * bins).astype(int), bins - 1)
    return sum((at == b).mean() * abs(p[at == b].mean() - y[at == b].mean()) for b in range(bins) if (at == b).any())


def reliability(rows, path):
    import matplotlib
    matplotlib.use('Agg')
    import matplotlib.pyplot as plt
    figure, axes = plt.subplots(figsize=(4, 3.8))
    axes.plot([0, 1], [0, 1], 'k:', lw=1)
    for source in SOURCES[:3]:
        p = np.array([r['above'][1] for r in rows if r['source'] == source])
        y = np.array([r['grade'] >= 2 for r in rows if r['source'] == source])
        at = np.minimum((p * 5).astype(int), 4)
        used = [b for b in range(5) if (at == b).sum() >= 5]
        axes.plot([p[at == b].mean() for b in used], [y[at == b].mean() for b in used], 'o-', ms=4, label=source)
    axes.set(xlabel='stated probability of referable', ylabel='observed frequency', xlim=(0, 1), ylim=(0, 1))
    axes.legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main():
    arg = argparse.ArgumentParser()
    arg.add_argument('--predictions', required=True)
    arg.add_argument('--model', required=True)
    arg.add_argument('--write', action='store_true', help='put the figures into manifest.json and write metrics.md and reliability.png')
    a = arg.parse_args()
    folder = Path(a.model)
    manifest = json.loads((folder / 'manifest.json').read_text())
    cuts = np.array(manifest['thresholds']['grades']['value'])
    rows = [json.loads(line) for line in Path(a.predictions).read_text().splitlines()]
    graded = [r for r in rows if r['set'] == 'graded']
    metrics, lines = [], ['| source | over | images | AUC referable | sensitivity | specificity | quadratic kappa | refused |', '| --- | --- | --- | --- | --- | --- | --- | --- |']
    for source in SOURCES:
        of = [r for r in graded if r['source'] == source]
        refused = with_intervals(of, lambda rs: {'refused': np.mean([r['refused'] is not None for r in rs])})['refused']
        for over, chosen in (('all', of), ('accepted', [r for r in of if r['refused'] is None])):
            found = with_intervals(chosen, lambda rs: figures(rs, cuts))
            metrics.append({'source': source, 'images': len(chosen), 'over': over, **found, 'refused': refused})
            cells = [f'{v["value"]:.3f} ({v["low"]:.3f}-{v["high"]:.3f})' for v in (*found.values(), refused)]
            lines.append(f'| {source} | {over} | {len(chosen)} | ' + ' | '.join(cells) + ' |')
    lines += ['', '| source | ECE of P(referable) | exact grade right | by grade: called referable |', '| --- | --- | --- | --- |']
    for source in SOURCES:
        of = [r for r in graded if r['source'] == source]
        p, grade = np.array([r['above'][1] for r in of]), np.array([r['grade'] for r in of])
        said = np.cumprod(np.array([r['above'] for r in of]) >= cuts, 1).sum(1)
        by = ', '.join(f'{g}: {(p[grade == g] >= cuts[1]).sum()} of {(grade == g).sum()}' for g in range(5))
        lines.append(f'| {source} | {calibration_error(p, grade >= 2):.3f} | {(said == grade).mean():.3f} | {by} |')
    lines += ['', 'Confusion (rows: truth 0-4; columns: proposed), all graded:', '']
    for source in SOURCES[:3]:
        of = [r for r in graded if r['source'] == source]
        said = np.cumprod(np.array([r['above'] for r in of]) >= cuts, 1).sum(1)
        lines.append(f'* {source}: `{confusion_matrix([r["grade"] for r in of], said, labels=range(5)).tolist()}`')
    lines += ['', '| no fundus | pictures | refused | for |', '| --- | --- | --- | --- |']
    other = [r for r in rows if r['set'] == 'not-fundus']
    for kind in ('all', *sorted({r['source'] for r in other})):
        of = [r for r in other if kind in ('all', r['source'])]
        why = {}
        for r in of:
            why[r['refused']] = why.get(r['refused'], 0) + 1
        interval = with_intervals(of, lambda rs: {'x': np.mean([r['refused'] is not None for r in rs])})['x']
        lines.append(f'| {kind} | {len(of)} | {interval["value"]:.3f} ({interval["low"]:.3f}-{interval["high"]:.3f}) | {why} |')
    ungraded = [r for r in rows if r['set'] == 'ungraded']
    why = {}
    for r in [*graded, *ungraded]:
        if r['refused']:
            why.setdefault(r['source'], {}).setdefault(r['refused'], 0)
            why[r['source']][r['refused']] += 1
    lines += ['', f'Refused fundus photographs by reason: {json.dumps(why)}; ungraded: {len(ungraded)} photographs.']
    print('\n'.join(lines))
    if a.write:
        (folder / 'metrics.md').write_text('\n'.join(lines) + '\n')
        manifest['metrics'] = json.loads(json.dumps(metrics), parse_float=lambda v: round(float(v), 4))
        (folder / 'manifest.json').write_text(json.dumps(manifest, indent=2) + '\n')
        reliability(graded, folder / 'reliability.png')


if __name__ == '__main__':
    main()
