"""Make pp-ocrv6-rec-latin.onnx and its character list from PP-OCRv6 small.

The network as published tells 18,710 characters apart, nearly all of them Chinese, Japanese, Korean or emoji. Letters in Latin
script need a few hundred: the last layer is cut down to those rows. What is left is as published, bit by bit; recognition
takes less time and the file half the room.

    pip download --no-deps rapidocr==3.10.0 && unzip rapidocr-3.10.0-py3-none-any.whl 'rapidocr/models/*'
    pip install onnx==1.23.2 numpy
    python make-latin.py rapidocr/models/PP-OCRv6_rec_small.onnx
"""
import sys

import numpy as np
import onnx
from onnx import numpy_helper

WEIGHT, BIAS = "linear_8.w_0", "linear_8.b_0"
# Greek letters that look like Latin ones (or like the micro sign) would only share their probability.
GREEK = "αβγδεζηθλπστφψωΓΔΘΛΠΣΦΨΩ"
SIGNS = "–—‘’“”„†‡•…‰′″⁰⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃₄₅₆₇₈₉€₹™←↑→↓−√∞≈≠≤≥■□●○☐☑☒✓"


def wanted(label: str) -> bool:
    code = ord(label) if len(label) == 1 else 0
    return label in ("", " ") or 0x21 <= code < 0x180 or label in "ȘșȚț" or label in GREEK + SIGNS


model = onnx.load(sys.argv[1])
listed = next(p.value for p in model.metadata_props if p.key == "character").split("\n")
labels = ["", *listed, " "]  # CTC blank first, the space last, as PaddleOCR's CTCLabelDecode has it
rows = [i for i, label in enumerate(labels) if wanted(label)]

for tensor in model.graph.initializer:
    if tensor.name in (WEIGHT, BIAS):
        array = numpy_helper.to_array(tensor)
        if array.shape[-1] != len(labels):
            raise SystemExit(f"{tensor.name} has {array.shape[-1]} columns, the list {len(labels)} characters")
        tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(array[..., rows]), tensor.name))
model.graph.output[0].type.tensor_type.shape.dim[2].dim_value = len(rows)
del model.graph.value_info[:]  # shapes noted for the wider layer
del model.metadata_props[:]
onnx.checker.check_model(model)
onnx.save(model, "pp-ocrv6-rec-latin.onnx")
with open("pp-ocrv6-rec-latin.txt", "w", encoding="utf-8") as out:
    out.write("\n".join(labels[i] for i in rows[1:-1]) + "\n")
print(len(rows), "classes")
