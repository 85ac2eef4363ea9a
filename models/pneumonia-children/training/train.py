"""Fine-tunes the children's pneumonia model. python train.py --data DIR --out DIR

Classes weigh the same; within pneumonia bacteria and virus do too. Everything is chosen on the validation part.
"""
import argparse
import copy
import json
import queue
import random
import threading
import time
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from torch.nn.functional import binary_cross_entropy_with_logits

from chest import ChestNetwork  # first: it puts the shared files on the path
from films import Films, augment, tensor
from network import follow


def main():
    arg = argparse.ArgumentParser()
    arg.add_argument('--data', required=True)
    arg.add_argument('--out', required=True)
    arg.add_argument('--epochs', type=int, default=8)
    arg.add_argument('--batch', type=int, default=24)
    arg.add_argument('--rate', type=float, default=4e-4)
    arg.add_argument('--seed', type=int, default=7)
    arg.add_argument('--threads', type=int, default=2)
    a = arg.parse_args()
    torch.set_num_threads(a.threads)
    random.seed(a.seed)
    np.random.seed(a.seed)
    torch.manual_seed(a.seed)
    out = Path(a.out)
    out.mkdir(parents=True, exist_ok=True)
    fit(a, Films(a.data, source='kermany', split='train'), Films(a.data, source='kermany', split='validation'), out)


def fit(a, films, validation, out):
    net = ChestNetwork().to(memory_format=torch.channels_last)
    mean = copy.deepcopy(net).eval()  # moving average of the weights: this is what is kept
    optimiser = torch.optim.AdamW([{'params': [*net.late.parameters(), *net.top.parameters()], 'lr': a.rate},
                                   {'params': net.grades.parameters(), 'lr': 5 * a.rate}], weight_decay=0.03)
    steps_each = len(films.rows) // a.batch
    steps = a.epochs * steps_each
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, [a.rate, 5 * a.rate], total_steps=steps, pct_start=0.15)
    batches, step, best = Batches(films, a, steps), 0, -1.0
    log = open(out / 'log.jsonl', 'a')
    for epoch in range(a.epochs):
        net.train()
        started, total = time.time(), 0.0
        for _ in range(steps_each):
            x, target = batches.ready.get()
            loss = binary_cross_entropy_with_logits(net(x), target)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 5)
            optimiser.step()
            schedule.step()
            step += 1
            follow(mean, net, min(0.995, (1 + step) / (10 + step)))
            total += loss.item()
            if step % 25 == 0:
                print(f'step {step} of {steps}, {(step % steps_each or steps_each) * a.batch / (time.time() - started):.1f} images/s', flush=True)
        logits = predict(mean, validation.pixels)
        truth = torch.tensor(validation.pneumonia).float()
        line = {'epoch': epoch + 1, 'loss': round(total / steps_each, 4), 'auc': round(float(roc_auc_score(truth, logits)), 5),
                'validation_loss': round(float(binary_cross_entropy_with_logits(logits, truth)), 4),
                'images_per_s': round(steps_each * a.batch / (time.time() - started), 1)}
        print(json.dumps(line), file=log, flush=True)
        print(line, flush=True)
        torch.save(mean.state_dict(), out / 'last.pt')
        if line['auc'] > best:
            best = line['auc']
            torch.save(mean.state_dict(), out / 'best.pt')


class Batches:
    """Drawn, augmented and partly blended in a thread of its own, a few ahead."""

    def __init__(self, films, a, steps):
        self.films, self.a = films, a
        self.rng = np.random.default_rng(a.seed)
        kinds = np.array([r['kind'] for r in films.rows])
        share = {'normal': 0.5, 'bacteria': 0.25, 'virus': 0.25}
        self.weights = np.array([share[k] / (kinds == k).sum() for k in kinds])
        self.ready = queue.Queue(6)
        threading.Thread(target=self.fill, args=(steps,), daemon=True).start()

    def fill(self, steps):
        for _ in range(steps):
            chosen = self.rng.choice(len(self.weights), self.a.batch, p=self.weights)
            x = tensor(np.stack([augment(self.films.pixels[i], self.rng) for i in chosen]))
            target = torch.tensor(self.films.pneumonia[chosen]).float() * 0.94 + 0.03
            if self.rng.random() < 0.3:  # blends of two films keep the answer from becoming too sure (mixup, Zhang et al. 2018)
                share, other = float(self.rng.beta(0.4, 0.4)), torch.randperm(self.a.batch)
                x, target = share * x + (1 - share) * x[other], share * target + (1 - share) * target[other]
            self.ready.put((x, target))


@torch.no_grad()
def predict(net, images):
    """Logit, mean of the film and its mirror image."""
    net.eval()
    out = []
    for at in range(0, len(images), 32):
        x = tensor(images[at:at + 32])
        out.append((net(x) + net(torch.flip(x, [3]))) / 2)
    return torch.cat(out)


if __name__ == '__main__':
    main()
