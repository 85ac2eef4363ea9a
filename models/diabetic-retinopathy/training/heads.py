"""Everything that is fitted on a finished backbone: calibration, thresholds, gates. python heads.py --prepared DIR --weights FILE [FILE] --out FILE

Gates are linear on pooled features of several depths (so that one pass of the network serves all); they are fitted on the
training split. Temperature, shifts and every threshold come from the validation split.
"""
import argparse
import itertools
import json
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import cohen_kappa_score, roc_auc_score

from gate import gate_features, linear, strangeness, typical
from kinds import blurred, degraded, not_fundus, seen_otherwise
from network import Pair, normalise
from squares import NATURAL, Squares
from train import predict


def features_of(net, images):
    net.eval()
    rows = [gate_features(net, normalise(np.stack(images[at:at + 32]))) for at in range(0, len(images), 32)]
    return torch.cat(rows).numpy()


def gate_scores(f, heads):
    """P(fundus): the lower of what the classifier says and how typical the picture is; P(sharp)."""
    known = torch.sigmoid(f @ heads['fundus'][0] + heads['fundus'][1])
    usual = torch.sigmoid(6 * (1.5 - strangeness(f, heads['typical'])))
    return torch.minimum(known, usual), torch.sigmoid(f @ heads['sharp'][0] + heads['sharp'][1])


def fit_gates(net, squares, seed=20):
    rng = np.random.default_rng(seed)
    own = squares.where(set='graded', split='train', source=NATURAL)
    own = np.concatenate([own[::4], squares.where(set='ungraded', split='train')])
    plain = [squares.pixels[i] for i in own]
    other = [squares.pixels[i] for i in squares.where(set='not-fundus', split='train')]
    f_plain = features_of(net, plain)
    # A dark, burnt-out or blurred eye is still an eye: it must be refused for that, not as another kind of picture.
    f_seen = features_of(net, [seen_otherwise(plain[i], rng) for i in rng.choice(len(plain), 300)])
    f_bad = features_of(net, [degraded(plain[i], rng) for i in rng.choice(len(plain), 200)])
    f_other = features_of(net, not_fundus(other, plain, rng))
    print(f'gate: {len(f_plain)} fundus, {len(f_seen)} varied, {len(f_bad)} degraded, {len(f_other)} others', flush=True)
    yes = np.concatenate([f_plain, f_seen, f_bad])
    fundus = linear(np.concatenate([yes, f_other]), np.repeat([1, 0], [len(yes), len(f_other)]), 0.003)
    f_blurred = features_of(net, [blurred(plain[i], rng) for i in rng.choice(len(plain), 400)])
    sharp = linear(np.concatenate([f_plain, f_seen, f_blurred]), np.repeat([1, 0], [len(f_plain) + len(f_seen), len(f_blurred)]), 0.003)
    return {'fundus': fundus, 'sharp': sharp, 'typical': typical(np.concatenate([f_plain, f_seen, f_bad]))}


def calibrate(logits, grade):
    """Temperature and a shift for each of the four questions, by maximum likelihood."""
    target = (torch.tensor(grade)[:, None] >= torch.arange(1, 5)[None]).float()
    log_t = torch.zeros(1, requires_grad=True)
    shift = torch.zeros(4, requires_grad=True)
    optimiser = torch.optim.LBFGS([log_t, shift], max_iter=200)

    def closure():
        optimiser.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits / log_t.exp() + shift, target)
        loss.backward()
        return loss
    optimiser.step(closure)
    return log_t.exp().item(), shift.detach()


def choose_cuts(above, grade, source):
    """All four together: quadratic kappa, and for the second (referable) sensitivity + specificity as well; means of the sources, on a coarse grid."""
    sources = ('idrid', 'odir', 'eyepacs-colour')
    grid = np.arange(0.2, 0.6, 0.06)

    def kappa(cuts):
        said = np.cumprod(above >= np.array(cuts), 1).sum(1)
        return np.mean([cohen_kappa_score(grade[source == s], said[source == s], weights='quadratic') for s in sources])

    def balance(cut):
        said, ill = above[:, 1] >= cut, grade >= 2
        return np.mean([said[(source == s) & ill].mean() - said[(source == s) & ~ill].mean() for s in sources])
    best = max(itertools.product(grid, repeat=4), key=lambda cuts: round(kappa(cuts) + balance(cuts[1]), 6))
    return [round(float(c), 3) for c in best]


def main():
    arg = argparse.ArgumentParser()
    arg.add_argument('--prepared', required=True)
    arg.add_argument('--weights', required=True, nargs='+', help='one network or two; the gates are fitted on the first')
    arg.add_argument('--gates', help='heads fitted before on the same first network: its gates are kept, their limits chosen anew')
    arg.add_argument('--out', required=True)
    a = arg.parse_args()
    torch.set_num_threads(2)
    squares = Squares(a.prepared)
    pair = Pair(a.weights).eval()
    net = pair.nets[0]

    rows = squares.where(set='graded', split='validation')
    grade = np.array([squares.rows[i]['grade'] for i in rows])
    source = np.array([squares.rows[i]['source'] for i in rows])
    logits = predict(pair, squares, rows)
    temperature, shift = calibrate(logits, grade)
    above = torch.cummin(torch.sigmoid(logits / temperature + shift), 1).values.numpy()
    cuts = choose_cuts(above, grade, source)
    heads = torch.load(a.gates, weights_only=False) if a.gates else fit_gates(net, squares)
    heads |= {'temperature': temperature, 'shift': shift, 'cuts': cuts, 'heat': heat_reference(pair, squares, rows[grade >= 2])}
    heads |= {'gates': choose_gates(net, squares, heads)}
    torch.save(heads, a.out)
    for s in sorted(set(source)):
        of = source == s
        said = np.cumprod(above[of] >= np.array(cuts), 1).sum(1)
        print(s, 'validation AUC', round(roc_auc_score(grade[of] >= 2, above[of, 1]), 3), 'kappa', round(cohen_kappa_score(grade[of], said, weights='quadratic'), 3))
    print(json.dumps({'temperature': temperature, 'shift': shift.tolist(), 'cuts': cuts, 'gates': heads['gates'], 'heat': heads['heat']}))


def activation(net, maps):
    """What speaks for "grade at least 2", place by place: (batch, height, width) of the last feature maps."""
    return (maps * net.grades.weight[1].reshape(1, -1, 1, 1)).sum(1) + net.grades.bias[1]


@torch.no_grad()
def heat_reference(pair, squares, rows):
    """Activation that is shown at full strength: the median of the strongest place in referable eyes."""
    strongest = []
    for at in range(0, len(rows), 32):
        x = normalise(np.stack([squares.pixels[i] for i in rows[at:at + 32]]))
        cam = torch.stack([activation(net, net.features(net.low(x))) for net in pair.nets]).mean(0)
        strongest.append(cam.flatten(1).max(1).values)
    return float(torch.cat(strongest).median())


def choose_gates(net, squares, heads):
    """Each gate as strict as it can be while refusing about half a percent of any source's validation and training pictures: together at most 3 %."""
    quality = {name: [] for name in ('sharpness', 'exposure', 'overexposed', 'field', 'colour', 'warmth')}
    rows = [squares.where(set='graded', split=('train', 'validation'), source=s) for s in NATURAL]
    for of in rows:
        for name, values in quality.items():
            values.append(np.array([squares.rows[i]['quality'][name] for i in of]))
    least = {name: min(np.quantile(v, 0.005) for v in values) for name, values in quality.items()}
    validation = [squares.where(set='graded', split='validation', source=s) for s in NATURAL]
    scores = [gate_scores(torch.tensor(features_of(net, [squares.pixels[i] for i in of])), heads) for of in validation]
    others = squares.where(set='not-fundus', split='validation')
    f_others, _ = gate_scores(torch.tensor(features_of(net, [squares.pixels[i] for i in others])), heads)
    print('fundus score of validation pictures', {s: np.round(np.quantile(v[0].numpy(), [0, 0.01, 0.02, 0.05, 0.5]), 3).tolist() for s, v in zip(NATURAL, scores)})
    print('fundus score of others', np.round(np.quantile(f_others.numpy(), [0.5, 0.9, 0.97, 1]), 3).tolist())
    print('sharp score of validation pictures', {s: np.round(np.quantile(v[1].numpy(), [0, 0.01, 0.02, 0.05, 0.5]), 3).tolist() for s, v in zip(NATURAL, scores)})
    rng = np.random.default_rng(1)
    bad = [blurred(squares.pixels[i], rng) for of in validation for i in of]
    _, s_bad = gate_scores(torch.tensor(features_of(net, bad)), heads)
    print('sharp score of blurred validation pictures', np.round(np.quantile(s_bad.numpy(), [0.05, 0.5, 0.9, 0.97]), 3).tolist())
    most = max(np.quantile(v, 0.995) for v in quality['overexposed'])
    return {
        'fundusMin': round(float(np.clip(min(np.quantile(v[0], 0.005) for v in scores), 0.05, 0.4)), 3),
        'sharpMin': round(float(np.clip(min(np.quantile(v[1], 0.005) for v in scores), 0.01, 0.3)), 3),
        'sharpnessMin': round(float(least['sharpness'] * 0.75), 3),
        'exposureMin': round(float(np.clip(least['exposure'] * 0.8, 12, 40)), 1),
        'overexposedMax': round(float(np.clip(most * 1.5, 0.1, 0.3)), 3),
        'fieldMin': round(float(least['field'] * 0.7), 3),
        'colourMin': round(float(np.clip(least['colour'] * 0.5, 0.05, 0.12)), 3),
        'warmthMin': round(float(least['warmth'] - 0.08), 3),
        'huesMin': 0.008,  # graded training and validation pictures have 0.012 or more, tinted grey ones below 0.005
    }


if __name__ == '__main__':
    main()
