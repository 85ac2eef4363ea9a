"""Calibration, threshold and gates on the finished network. python heads.py --data DIR --weights FILE --frames FILE.npy --out FILE

The gates are linear on pooled features of several depths, as in the fundus model; fitted on training parts, limits from validation parts.
"""
import argparse
import json

import numpy as np
import torch
from sklearn.metrics import roc_auc_score, roc_curve

from chest import ChestNetwork  # first: it puts the shared files on the path
from films import Films, augment, tensor
from others import bones, plain, real, shown_wrongly
from train import predict
from gate import gate_features, linear, strangeness, typical


def features_of(net, images):
    with torch.no_grad():
        rows = [gate_features(net, tensor(np.stack(images[at:at + 32]))) for at in range(0, len(images), 32)]
    return torch.cat(rows).numpy()


def gate_scores(f, heads):
    """P(upright frontal chest film): the lower of what the classifier says and how typical the picture is; P(a child's)."""
    known = torch.sigmoid(f @ heads['kind'][0] + heads['kind'][1])
    usual = torch.sigmoid(6 * (1.6 - strangeness(f, heads['typical'])))
    return torch.minimum(known, usual), torch.sigmoid(f @ heads['child'][0] + heads['child'][1])


def fit_gates(net, data, frames, seed=5):
    rng = np.random.default_rng(seed)
    children = Films(data, source='kermany', split='train').pixels
    adults = Films(data, source='nih-adult-train', split='train').pixels
    some = children[rng.choice(len(children), 700, replace=False)]
    f_children = features_of(net, list(some))
    f_varied = features_of(net, [augment(i, rng) for i in some])
    f_adults = features_of(net, list(adults))
    f_adults_varied = features_of(net, [augment(i, rng) for i in np.concatenate([adults, adults])])
    chests = np.concatenate([some, adults])
    others = real(data, 'train') + list(frames)
    others += [shown_wrongly(chests[rng.integers(len(chests))], rng) for _ in range(500)]
    others += [bones(rng) for _ in range(250)] + [plain(rng) for _ in range(100)]
    others += [augment(i, rng) for i in others[::3]] + [255 - i for i in others[::6]]
    f_others = features_of(net, others)
    chest = np.concatenate([f_children, f_varied, f_adults, f_adults_varied])
    kind = linear(np.concatenate([chest, f_others]), np.repeat([1, 0], [len(chest), len(f_others)]), 0.003)
    child = linear(chest, np.repeat([1, 0], [len(f_children) + len(f_varied), len(f_adults) + len(f_adults_varied)]), 0.003)
    print(f'gate: {len(chest)} chests, {len(f_others)} others', flush=True)
    return {'kind': kind, 'child': child, 'typical': typical(chest)}


def calibrate(logits, truth):
    """Temperature and shift by maximum likelihood, both classes weighing the same (their share here is that of a collection, not of a ward)."""
    log_t = torch.zeros(1, requires_grad=True)
    shift = torch.zeros(1, requires_grad=True)
    weight = torch.where(truth > 0, 0.5 / truth.mean(), 0.5 / (1 - truth.mean()))
    optimiser = torch.optim.LBFGS([log_t, shift], max_iter=200)

    def closure():
        optimiser.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits / log_t.exp() + shift, truth, weight=weight)
        loss.backward()
        return loss
    optimiser.step(closure)
    return log_t.exp().item(), shift.item()


def equal_point(probability, truth):
    """Threshold at which sensitivity and specificity are the same."""
    fall_out, sensitivity, cuts = roc_curve(truth, probability, drop_intermediate=False)
    return float(cuts[np.abs(sensitivity - (1 - fall_out)).argmin()])


def main():
    arg = argparse.ArgumentParser()
    for name in ('data', 'weights', 'frames', 'out'):
        arg.add_argument(f'--{name}', required=True)
    arg.add_argument('--threads', type=int, default=2)
    a = arg.parse_args()
    torch.set_num_threads(a.threads)
    net = ChestNetwork()
    net.load_state_dict(torch.load(a.weights, weights_only=True))
    net = net.to(memory_format=torch.channels_last).eval()
    validation = Films(a.data, source='kermany', split='validation')
    truth = torch.tensor(validation.pneumonia).float()
    logits = predict(net, validation.pixels)
    temperature, shift = calibrate(logits, truth)
    probability = torch.sigmoid(logits / temperature + shift).numpy()
    threshold = equal_point(probability, validation.pneumonia)
    heads = fit_gates(net, a.data, np.load(a.frames))
    heads |= {'temperature': temperature, 'shift': shift, 'threshold': round(threshold, 3), 'heat': heat_reference(net, validation)}
    heads['gates'] = choose_gates(net, a.data, validation, heads)
    torch.save(heads, a.out)
    said = probability >= threshold
    print(json.dumps({'auc': roc_auc_score(truth, probability), 'accuracy': float((said == validation.pneumonia).mean()), 'threshold': threshold,
                      'temperature': temperature, 'shift': shift, 'gates': heads['gates'], 'heat': heads['heat']}))


@torch.no_grad()
def heat_reference(net, films):
    """Activation that is shown at full strength: the median of the strongest place in films with pneumonia."""
    strongest = []
    ill = films.pixels[films.pneumonia]
    for at in range(0, len(ill), 32):
        cam = torch.einsum('bchw,c->bhw', net.features(net.low(tensor(ill[at:at + 32]))), net.grades.weight[0]) + net.grades.bias[0]
        strongest.append(cam.flatten(1).max(1).values)
    return float(torch.cat(strongest).median())


def choose_gates(net, data, validation, heads):
    """As strict as they can be while refusing about 1 % of the children's validation films each; adults and others are printed."""
    adults = Films(data, source='nih-adult-train', split='validation').pixels
    rng = np.random.default_rng(1)
    others = real(data, 'validation') + [shown_wrongly(i, rng) for i in validation.pixels[::4]] + [bones(rng) for _ in range(60)]
    kind, child = gate_scores(torch.tensor(features_of(net, list(validation.pixels))), heads)
    _, a_child = gate_scores(torch.tensor(features_of(net, list(adults))), heads)
    o_kind, _ = gate_scores(torch.tensor(features_of(net, others)), heads)
    limits = {'kindMin': round(float(np.clip(np.quantile(kind, 0.01), 0.05, 0.5)), 3), 'childMin': round(float(np.clip(np.quantile(child, 0.01), 0.05, 0.6)), 3)}
    middle = [i[13:-13, 13:-13] for i in validation.pixels]  # as the application measures: without 6 % at each edge
    mean, spread = np.array([m.mean() for m in middle]), np.array([m.std() for m in middle])
    limits |= {'contrastMin': round(float(spread.min() * 0.6), 1), 'colourMax': 0.06,
               'exposureMin': round(float(mean.min() * 0.5), 1), 'exposureMax': round(float((255 + mean.max()) / 2), 1)}
    print('kind', np.quantile(kind, [0, 0.01, 0.05, 0.5]).round(3), 'others', np.quantile(o_kind, [0.5, 0.9, 0.97, 1]).round(3))
    print('child', np.quantile(child, [0, 0.01, 0.05, 0.5]).round(3), 'adults', np.quantile(a_child, [0.5, 0.9, 0.97, 1]).round(3))
    print('validation refused', float(((kind < limits['kindMin']) | (child < limits['childMin'])).float().mean()),
          'others refused', float((o_kind < limits['kindMin']).float().mean()), 'adults refused', float((a_child < limits['childMin']).float().mean()))
    return limits


if __name__ == '__main__':
    main()
