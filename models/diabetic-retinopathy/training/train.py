"""Fine-tunes the grader. python train.py --data DIR --prepared DIR --out DIR

Where --prepared has no squares yet they are made first (prepare.ts, needs Node 24). Everything is chosen on the validation split.
"""
import argparse
import copy
import json
import queue
import random
import subprocess
import threading
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from sklearn.metrics import cohen_kappa_score, roc_auc_score

from network import Network, follow, fused, grade_probabilities, normalise, views
from squares import NATURAL, Squares, augment, histogram, unequalise

# Share of the training pictures that comes from each source, and how far grades are evened out within it:
# grade frequency tells the camera, so an unbalanced source would teach the network to recognise cameras.
SHARE = {'idrid': 0.22, 'eyepacs-colour': 0.22, 'eyepacs-colour-2': 0.08, 'odir': 0.32, 'eyepacs-equalised': 0.16}
EVEN = 0.6


def main():
    arg = argparse.ArgumentParser()
    arg.add_argument('--data', required=True)
    arg.add_argument('--prepared', required=True)
    arg.add_argument('--out', required=True)
    arg.add_argument('--backbone', default='lite0', choices=['lite0', 'lite1'])
    arg.add_argument('--epochs', type=int, default=11)
    arg.add_argument('--per-epoch', type=int, default=3000)
    arg.add_argument('--batch', type=int, default=24)
    arg.add_argument('--rate', type=float, default=4e-4)
    arg.add_argument('--seed', type=int, default=20)
    arg.add_argument('--threads', type=int, default=2)
    arg.add_argument('--small', type=float, default=0.4, help='share of the steps at 224 px, before the full size')
    arg.add_argument('--start', help='weights to go on from')
    a = arg.parse_args()
    torch.set_num_threads(a.threads)
    random.seed(a.seed)
    np.random.seed(a.seed)
    torch.manual_seed(a.seed)
    out = Path(a.out)
    out.mkdir(parents=True, exist_ok=True)
    if not (Path(a.prepared) / 'index.jsonl').exists():
        prepare = Path(__file__).parent / 'prepare.ts'
        subprocess.run(['node', str(prepare), '--data', a.data, '--out', a.prepared], check=True)
    squares = Squares(a.prepared)
    fit(a, squares, out)


def fit(a, squares, out):
    net = Network(a.backbone)
    if a.start:
        net.load_state_dict(torch.load(a.start, weights_only=True))
    net = net.to(memory_format=torch.channels_last)
    features = torch.compile(net.features)
    early = torch.nn.Sequential(*[fused(b) for b in net.early])
    mean = copy.deepcopy(net).eval()  # moving average of the weights: this is what is kept
    parts = [{'params': [p for p in net.late.parameters()] + [p for p in net.top.parameters()], 'lr': a.rate},
             {'params': net.grades.parameters(), 'lr': 5 * a.rate}]
    optimiser = torch.optim.AdamW(parts, weight_decay=0.02)
    steps = a.epochs * (a.per_epoch // a.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, [a.rate, 5 * a.rate], total_steps=steps, pct_start=0.1)
    validation = squares.where(set='graded', split='validation')
    log = open(out / 'log.jsonl', 'a')
    best = -1
    step = 0
    batches = Batches(squares, a, steps)
    for epoch in range(a.epochs):
        net.train()
        started, total = time.time(), 0.0
        clock = started
        for _ in range(a.per_epoch // a.batch):
            x, target = batches.next()
            with torch.no_grad():
                conv, bn = net.stem
                low = early(net.act(bn(conv(x))))
            logits = net.grades(net.dropout(features(low).mean((2, 3))))
            loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, target, weight=torch.tensor([0.7, 1.5, 1.0, 1.0]))
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 5)
            optimiser.step()
            schedule.step()
            step += 1
            follow(mean, net, min(0.997, (1 + step) / (10 + step)))
            total += loss.item()
            if step % 25 == 0:
                print(f'step {step} of {steps}, {25 * a.batch / (time.time() - clock):.1f} images/s', flush=True)
                clock = time.time()
        seconds = time.time() - started
        figures = judge(squares, validation, predict(mean, squares, validation, mirrored=False))
        line = {'epoch': epoch + 1, 'loss': round(total / (a.per_epoch // a.batch), 4), 'images_per_s': round(a.per_epoch / seconds, 1), **figures}
        print(json.dumps(line), file=log, flush=True)
        print(line, flush=True)
        torch.save(mean.state_dict(), out / 'last.pt')
        if figures['score'] > best:
            best = figures['score']
            torch.save(mean.state_dict(), out / 'best.pt')
    curves(out)


class Batches:
    """Drawn and augmented in a thread of its own, a few ahead."""

    def __init__(self, squares, a, steps):
        self.squares, self.a = squares, a
        self.rng = np.random.default_rng(a.seed)
        self.rows = squares.where(set='graded', split='train')
        self.weights = sampling_weights([squares.rows[i] for i in self.rows])
        looks = squares.where(set='graded', split='train', source=NATURAL)
        self.looks = [histogram(squares.pixels[i]) for i in looks[::3]]
        self.ready = queue.Queue(6)
        threading.Thread(target=self.fill, args=(steps,), daemon=True).start()

    def next(self):
        return self.ready.get()

    def fill(self, steps):
        for step in range(steps):
            chosen = self.rng.choice(self.rows, self.a.batch, p=self.weights)
            images = np.stack([self.picture(i) for i in chosen])
            if step < self.a.small * steps:
                images = np.stack([cv2.resize(image, (224, 224), interpolation=cv2.INTER_AREA) for image in images])
            grades = torch.tensor([self.squares.rows[i]['grade'] for i in chosen])
            target = (grades[:, None] >= torch.arange(1, 5)[None]).float() * 0.96 + 0.02
            self.ready.put((normalise(images), target))

    def picture(self, i):
        image = self.squares.pixels[i]
        if self.squares.rows[i]['source'] == 'eyepacs-equalised':
            image = unequalise(image, self.looks[self.rng.integers(len(self.looks))])
        return augment(image, self.rng)


def sampling_weights(rows):
    counts = {}
    for row in rows:
        key = (row['source'], row['grade'])
        counts[key] = counts.get(key, 0) + 1
    weight = np.array([counts[(r['source'], r['grade'])] ** -EVEN for r in rows])
    for source, share in SHARE.items():
        of = np.array([r['source'] == source for r in rows])
        weight[of] *= share / weight[of].sum()
    return weight / weight.sum()


@torch.no_grad()
def predict(net, squares, rows, mirrored=True):
    """Cumulative logits; mirrored: mean over the picture's views."""
    net.eval()
    out = []
    for at in range(0, len(rows), 32):
        images = np.stack([squares.pixels[i] for i in rows[at:at + 32]])
        x = normalise(images)
        out.append(torch.stack([net(view) for view in (views(x) if mirrored else [x])]).mean(0))
    return torch.cat(out)


def judge(squares, rows, logits):
    """AUC for grade >= 2 and quadratic kappa by source; score is what the epoch is chosen by."""
    probabilities, referable = grade_probabilities(logits)
    grade = torch.sigmoid(logits).sum(1).round().int().numpy()
    truth = np.array([squares.rows[i]['grade'] for i in rows])
    source = np.array([squares.rows[i]['source'] for i in rows])
    figures, score = {}, 0
    for name, weight in (('idrid', 1), ('odir', 1), ('eyepacs-colour', 0.7)):
        of = source == name
        auc = roc_auc_score(truth[of] >= 2, referable[of])
        kappa = cohen_kappa_score(truth[of], grade[of], weights='quadratic')
        figures[name] = [round(float(auc), 4), round(float(kappa), 4)]
        score += weight * (auc + 0.5 * kappa)
    return {**figures, 'score': round(float(score), 4)}


def curves(out):
    import matplotlib
    matplotlib.use('Agg')
    import matplotlib.pyplot as plt
    lines = [json.loads(line) for line in (out / 'log.jsonl').read_text().splitlines()]
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
    left.plot([l['epoch'] for l in lines], [l['loss'] for l in lines])
    left.set(xlabel='epoch', ylabel='training loss')
    for name in ('idrid', 'odir', 'eyepacs-colour'):
        right.plot([l['epoch'] for l in lines], [l[name][0] for l in lines], label=f'{name} AUC')
        right.plot([l['epoch'] for l in lines], [l[name][1] for l in lines], '--', label=f'{name} kappa')
    right.set(xlabel='epoch', ylabel='validation')
    right.legend(fontsize=6)
    figure.tight_layout()
    figure.savefig(out / 'curves.png', dpi=110)


if __name__ == '__main__':
    main()
