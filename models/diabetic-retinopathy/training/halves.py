"""Weights in 16 bits on disk, calculated with in 32: half the file, the same answers as the rounded network's."""
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from network import fused

LEAST = 1024  # numbers; smaller tensors stay as they are


def halved(pair):
    """Folds the normalisations into the convolutions and rounds the large weights to 16 bits, so that the framework and the stored file agree."""
    for net in pair.nets:
        for part in (net.stem, net.top):
            part[0], part[1] = fuse_conv_bn_eval(part[0], part[1]), nn.Identity()
        for blocks in (net.early, net.late):
            for i, block in enumerate(blocks):
                blocks[i] = fused(block)
    with torch.no_grad():
        for p in pair.parameters():
            if p.numel() >= LEAST:
                p.copy_(p.half().float())
    return pair


def store_halved(file):
    """Stores the large weights of an ONNX file in 16 bits with a cast beside each; the runtime folds the casts away when it loads."""
    model = onnx.load(str(file))
    graph, casts, kept = model.graph, [], []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        half = values.astype('float16')
        if weight.data_type != TensorProto.FLOAT or values.size < LEAST or abs(half.astype('float32') - values).max() > 1e-3 * max(1, abs(values).max()):
            kept.append(weight)
            continue
        kept.append(numpy_helper.from_array(half, f'{weight.name}_half'))
        casts.append(helper.make_node('Cast', [f'{weight.name}_half'], [weight.name], to=TensorProto.FLOAT))
    del graph.initializer[:]
    graph.initializer.extend(kept)
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, str(file))
