"""GGUF files in the shape of Qwen2-0.5B with random weights, for comparisons of
speed. usage: random_gguf.py FOLDER

Writes qwen2-0.5b-f32.gguf and -bf16.gguf, and lets llama.cpp quantise the former
to q8_0 and q4_0, every matrix alike. Files that exist are kept.
"""
import ctypes
import os
import struct
import sys

import numpy as np

WIDTH, LAYERS, HEADS, KV_HEADS, HIDDEN, VOCAB, HEAD = 896, 24, 14, 2, 4864, 151936, 64
ALIGN = 32
F32, BF16 = 0, 30  # types of tensors
U32, FLOAT, STRING, ARRAY, I32 = 4, 6, 8, 9, 5  # types of metadata


def text(s):
    b = s.encode()
    return struct.pack("<Q", len(b)) + b


def metadata(file_type):
    def entry(key, kind, value):
        return text(key) + struct.pack("<I", kind) + value
    kv = [entry("general.architecture", STRING, text("qwen2")), entry("general.name", STRING, text("random-qwen2-0.5b")),
          entry("general.file_type", U32, struct.pack("<I", file_type))]
    for key, value in [("block_count", LAYERS), ("context_length", 32768), ("embedding_length", WIDTH), ("feed_forward_length", HIDDEN),
                       ("attention.head_count", HEADS), ("attention.head_count_kv", KV_HEADS), ("vocab_size", VOCAB)]:
        kv.append(entry("qwen2." + key, U32, struct.pack("<I", value)))
    for key, value in [("rope.freq_base", 1e6), ("attention.layer_norm_rms_epsilon", 1e-6)]:
        kv.append(entry("qwen2." + key, FLOAT, struct.pack("<f", value)))
    kv.append(entry("tokenizer.ggml.model", STRING, text("no_vocab")))
    return kv


def tensors():
    yield "token_embd.weight", (VOCAB, WIDTH)
    for i in range(LAYERS):
        for name, shape in [("attn_norm.weight", (WIDTH,)), ("attn_q.weight", (WIDTH, WIDTH)), ("attn_q.bias", (WIDTH,)),
                            ("attn_k.weight", (KV_HEADS * HEAD, WIDTH)), ("attn_k.bias", (KV_HEADS * HEAD,)),
                            ("attn_v.weight", (KV_HEADS * HEAD, WIDTH)), ("attn_v.bias", (KV_HEADS * HEAD,)),
                            ("attn_output.weight", (WIDTH, WIDTH)), ("ffn_norm.weight", (WIDTH,)), ("ffn_gate.weight", (HIDDEN, WIDTH)),
                            ("ffn_up.weight", (HIDDEN, WIDTH)), ("ffn_down.weight", (WIDTH, HIDDEN))]:
            yield f"blk.{i}.{name}", shape
    yield "output_norm.weight", (WIDTH,)


def padded(n):
    return (n + ALIGN - 1) // ALIGN * ALIGN


def write(path, half):
    """half: matrices are bfloat16."""
    def is_half(shape):
        return half and len(shape) == 2
    infos, offset = [], 0
    for name, shape in tensors():
        infos.append(text(name) + struct.pack("<I", len(shape)) + b"".join(struct.pack("<Q", d) for d in reversed(shape))
                     + struct.pack("<IQ", BF16 if is_half(shape) else F32, offset))
        offset += padded(int(np.prod(shape)) * (2 if is_half(shape) else 4))
    kv = metadata(32 if half else 0)
    head = struct.pack("<IIQQ", 0x46554747, 3, len(infos), len(kv)) + b"".join(kv) + b"".join(infos)
    rng = np.random.default_rng(0)
    with open(path + ".part", "wb") as f:
        f.write(head.ljust(padded(len(head)), b"\0"))
        for name, shape in tensors():
            a = np.ones(shape, np.float32) if name.endswith("norm.weight") else rng.standard_normal(shape, dtype=np.float32) * np.float32(0.02)
            if is_half(shape):
                a = ((a.view(np.uint32) + 0x8000) >> 16).astype(np.uint16)
            data = a.tobytes()
            f.write(data.ljust(padded(len(data)), b"\0"))
    os.rename(path + ".part", path)


def quantise(source, path, file_type):
    import llama_cpp
    params = llama_cpp.llama_model_quantize_default_params()
    params.ftype, params.pure, params.nthread = file_type, True, os.cpu_count()
    if llama_cpp.llama_model_quantize(source.encode(), (path + ".part").encode(), ctypes.byref(params)) != 0:
        sys.exit(f"{path}: llama.cpp did not quantise it")
    os.rename(path + ".part", path)


folder = sys.argv[1]
files = {kind: os.path.join(folder, f"qwen2-0.5b-{kind}.gguf") for kind in ["f32", "bf16", "q8_0", "q4_0"]}
for kind in ["f32", "bf16"]:
    if not os.path.exists(files[kind]):
        write(files[kind], kind == "bf16")
for kind, file_type in [("q8_0", 7), ("q4_0", 2)]:
    if not os.path.exists(files[kind]):
        quantise(files["f32"], files[kind], file_type)
