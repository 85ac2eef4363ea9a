"""Gates beside the answer: linear on pooled features of several depths, and how far a picture is from what the kind looks like. For every model on this backbone."""
import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

TAPS = (2, 7)  # late blocks whose pooled output the gates see beside the first and the last: 1/8 and 1/16 of the side


@torch.no_grad()
def gate_features(net, x):
    """Mean and deviation of four depths, one row a picture."""
    low = net.low(x)
    top, kept = net.features(low, TAPS)
    pooled = [f(m) for m in (low, *kept) for f in (lambda m: m.mean((2, 3)), lambda m: m.std((2, 3)))]
    return torch.cat([*pooled, top.mean((2, 3))], 1)


def linear(features, wanted, c):
    """Logistic regression on standardised features, classes of equal weight, folded back to the features as they are."""
    mean, deviation = features.mean(0), features.std(0) + 1e-3
    model = LogisticRegression(C=c, class_weight='balanced', max_iter=400).fit((features - mean) / deviation, wanted)
    weight = model.coef_[0] / deviation
    return torch.tensor(weight).float(), torch.tensor(model.intercept_[0] - (mean * weight).sum()).float()


def typical(features, components=48):
    """Distance from what pictures of the kind look like, in the main directions of their own variation."""
    mean, deviation = features.mean(0), features.std(0) + 1e-3
    z = (features - mean) / deviation
    _, s, v = np.linalg.svd(z, full_matrices=False)
    scale = s[:components] / np.sqrt(len(z))
    inside = ((z @ v[:components].T / scale) ** 2).sum(1) / components
    rest = ((z - z @ v[:components].T @ v[:components]) ** 2).mean(1)
    both = inside / np.median(inside) + rest / np.median(rest)
    return {'mean': torch.tensor(mean).float(), 'deviation': torch.tensor(deviation).float(),
            'directions': torch.tensor(v[:components].T.copy()).float(), 'scale': torch.tensor(scale).float(),
            'medians': torch.tensor([np.median(inside), np.median(rest)]).float(),
            'limit': float(np.quantile(both, 0.995))}


def strangeness(f, t):
    """1 at the distance that 0.5 % of the training photographs exceed."""
    z = (f - t['mean']) / t['deviation']
    p = z @ t['directions']
    inside = ((p / t['scale']) ** 2).mean(1)
    rest = ((z - p @ t['directions'].T) ** 2).mean(1)
    return (inside / t['medians'][0] + rest / t['medians'][1]) / t['limit']
