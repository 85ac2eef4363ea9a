"""Mean of two checkpoints of one run. python average.py A.pt B.pt OUT.pt"""
import sys

import torch

first, second = (torch.load(path, weights_only=True) for path in sys.argv[1:3])
torch.save({k: (v + second[k]) / 2 if v.dtype.is_floating_point else second[k] for k, v in first.items()}, sys.argv[3])
