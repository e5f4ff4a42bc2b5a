"""llama.cpp, through llama-cpp-python, on the line protocol of benchpeers.
usage: llama_peer.py THREADS LABEL=FILE.gguf…

Prompt/LABEL/512 is a prompt of 512 tokens in one call; Decode/LABEL/depth1024 is
one token after 1024 others, 64 of them a call. A LABEL names its file; in
Prompt/model/native the word after "model" is how ours computes, and the file is
that of "model".
"""
import re
import sys

from llama_cpp import Llama
import llama_cpp

from protocol import serve

THREADS = int(sys.argv[1])
FILES = dict(a.split("=", 1) for a in sys.argv[2:])
NEW = 64
loaded = {}


def model(label, context):
    path = FILES.get(label) or FILES.get(label.split("/")[0])
    if not path:
        return None
    if loaded.get("key") != (path, context):
        loaded.clear()
        loaded.update(key=(path, context), model=Llama(path, n_ctx=context, n_threads=THREADS, n_threads_batch=THREADS, n_batch=512, verbose=False))
    return loaded["model"]


def tokens(n, vocab):
    return [(i * 7919) % (vocab - 200) + 100 for i in range(n)]


def case(name):
    if g := re.fullmatch(r"Prompt/(.+)/(\d+)", name):
        n = int(g[2])

        def prompt():
            m = model(g[1], 1024 + NEW + 64)
            m.reset()
            m.eval(tokens(n, m.n_vocab()))
        return prompt if FILES.get(g[1]) or FILES.get(g[1].split("/")[0]) else None
    if g := re.fullmatch(r"Decode/(.+)/depth(\d+)", name):
        depth = int(g[2])

        def decode():
            m = model(g[1], 1024 + NEW + 64)
            if m.n_tokens < depth or m.n_tokens > depth + NEW:
                m.reset()
            for t in tokens(depth - m.n_tokens, m.n_vocab()) if m.n_tokens < depth else []:
                m.eval([t])  # one at a time: prompts crash with AMX on some machines
            m.n_tokens = depth  # the next evaluation overwrites what follows
            for t in tokens(NEW, m.n_vocab()):
                m.eval([t])
        return decode if FILES.get(g[1]) or FILES.get(g[1].split("/")[0]) else None
    return None


serve(f"llama-cpp-python {llama_cpp.__version__}", case)
