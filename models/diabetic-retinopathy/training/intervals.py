"""Figures with 95 % percentile intervals, for the evaluation of every model."""
import numpy as np

ROUNDS = 1000


def with_intervals(rows, measure, unit='patient', seed=1):
    """`measure` of the rows, and of as many units (patients, pairs) drawn with replacement: {figure: {value, low, high}}."""
    rng = np.random.default_rng(seed)
    by = {}
    for row in rows:
        by.setdefault(row[unit], []).append(row)
    units = list(by.values())
    drawn = [measure([r for i in rng.integers(0, len(units), len(units)) for r in units[i]]) for _ in range(ROUNDS)]
    return {k: {'value': v, 'low': np.nanquantile([d[k] for d in drawn], 0.025), 'high': np.nanquantile([d[k] for d in drawn], 0.975)}
            for k, v in measure(rows).items()}
