"""PyTorch on the line protocol of benchpeers. usage: torch_peer.py THREADS

Reads lines "CASE MS" and answers "CASE -> NS", the mean time of a call; the
names of the cases are those of kernelbench and say the shapes.
"""
import re
import sys

import torch
import torch.nn.functional as F

from protocol import serve

R = torch.randn


def product(way, dtype, t, k, n):
    dt = torch.bfloat16 if dtype == "bf16" else torch.float32
    x, y, w = R(t, k).to(dt), R(t, n).to(dt), R(n, k).to(dt)
    if way == "NT":
        return lambda: F.linear(x, w)
    if way == "NN":
        return lambda: y @ w
    return lambda: y.t() @ x


def rotating(dtype, k, n):
    """One row, and copies of the weight that no cache holds."""
    dt = torch.bfloat16 if dtype == "bf16" else torch.float32
    x, first = R(1, k).to(dt), R(n, k).to(dt)
    copies = [first.clone() for _ in range(max(2, (2 << 30) // (first.numel() * first.element_size())))]
    state = [0]

    def call():
        state[0] = (state[0] + 1) % len(copies)
        F.linear(x, copies[state[0]])
    return call


def gradient(f, inputs, dy):
    """One call of backward alone, over a graph that is kept."""
    y = f(*inputs)
    return lambda: torch.autograd.grad(y, inputs, dy, retain_graph=True)


def attention(backward, b, h, kv, s, d):
    q, k, v = R(b, h, s, d), R(b, kv, s, d), R(b, kv, s, d)
    gqa = {"enable_gqa": True} if kv != h else {}
    if not backward:
        def forward():
            with torch.no_grad():
                F.scaled_dot_product_attention(q, k, v, is_causal=True, **gqa)
        return forward
    for x in (q, k, v):
        x.requires_grad_()
    do = R(b, h, s, d)

    def both():
        o = F.scaled_dot_product_attention(q, k, v, is_causal=True, **gqa)
        torch.autograd.grad(o, (q, k, v), do)
    return both


def decode(b, h, kv, s, d=64):
    q, k, v = R(b, h, 1, d), R(b, kv, s, d), R(b, kv, s, d)
    gqa = {"enable_gqa": True} if kv != h else {}

    def call():
        with torch.no_grad():
            F.scaled_dot_product_attention(q, k, v, **gqa)
    return call


def head(t, d, vocab, dtype):
    x, w = R(t, d, requires_grad=True), (R(vocab, d) * 0.02).requires_grad_()
    y = torch.randint(0, vocab, (t,))

    def call():
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=dtype == "bf16"):
            loss = F.cross_entropy(F.linear(x, w).float(), y)
        torch.autograd.grad(loss, (x, w))
    return call


def cross_entropy(t, vocab):
    z, y = R(t, vocab, requires_grad=True), torch.randint(0, vocab, (t,))

    def call():
        torch.autograd.grad(F.cross_entropy(z, y), z)
    return call


def adamw(n):
    p = torch.nn.Parameter(R(n))
    p.grad = R(n) * 1e-3
    opt = torch.optim.AdamW([p], lr=1e-6, fused=True)
    return opt.step


def int_mm(t, k, n):
    a = torch.randint(-127, 128, (t, k), dtype=torch.int8)
    b = torch.randint(-127, 128, (n, k), dtype=torch.int8).t()
    return lambda: torch._int_mm(a, b)


def train_step(vocab, dtype):
    from train_step import Step
    return Step(vocab, dtype).step


def number(text):
    return int(float(text[:-1]) * 1e6)


FORMS = {"fwd": "NT", "dx": "NN", "dw": "TN"}
ROW = {
    "Softmax": lambda t, d: (lambda x: lambda: torch.softmax(x, -1))(R(t, d)),
    "LogProb": lambda t, d: (lambda x: lambda: torch.logsumexp(x, -1))(R(t, d)),
    "CrossEntropy": cross_entropy,
    "RMSNormFwd": lambda t, d: (lambda x, w: lambda: F.rms_norm(x, (d,), w, 1e-5))(R(t, d), R(d)),
    "RMSNormAddFwd": lambda t, d: (lambda x, r, w: lambda: F.rms_norm(x + r, (d,), w, 1e-5))(R(t, d), R(t, d), R(d)),
    "RMSNormBwd": lambda t, d: gradient(lambda x, w: F.rms_norm(x, (d,), w, 1e-5), [R(t, d, requires_grad=True), R(d, requires_grad=True)], R(t, d)),
    "SwiGLUFwd": lambda t, d: (lambda g, u: lambda: F.silu(g) * u)(R(t, d), R(t, d)),
    "SwiGLUBwd": lambda t, d: gradient(lambda g, u: F.silu(g) * u, [R(t, d, requires_grad=True), R(t, d, requires_grad=True)], R(t, d)),
    "Exp": lambda t, d: (lambda x: lambda: torch.exp(x))(R(t, d)),
    "Add": lambda t, d: (lambda x, y: lambda: x + y)(R(t, d), R(t, d)),
}


def case(name):
    """The function to time for a name, None when PyTorch has nothing like it."""
    def ints(pattern):
        m = re.fullmatch(pattern, name)
        return m and [int(g) if g.isdigit() else g for g in m.groups()]
    if g := ints(r"Sgemm/(NN|NT|TN)/sq(\d+)"):
        return product(g[0], "f32", g[1], g[1], g[1])
    if g := ints(r"Linear/fwd/(f32|bf16)/T1/(\d+)x(\d+)(?:/prepacked)?"):
        return rotating(*g)
    if g := ints(r"Linear/(fwd|dx|dw)/(f32|bf16)/T(\d+)/(\d+)x(\d+)(?:/prepacked)?"):
        return product(FORMS[g[0]], *g[1:])
    if g := ints(r"GemmI8/T(\d+)/(\d+)x(\d+)"):
        return int_mm(*g)
    if g := ints(r"(\w+)/(\d+)x(\d+)"):
        return ROW[g[0]](g[1], g[2]) if g[0] in ROW else None
    if g := ints(r"Attn(Fwd|FwdBwd)/causal/B(\d+)H(\d+)kv(\d+)S(\d+)D(\d+)"):
        return attention(g[0] == "FwdBwd", *g[1:])
    if g := ints(r"AttnDecode/B(\d+)H(\d+)kv(\d+)/ctx(\d+)"):
        return decode(*g)
    if m := re.fullmatch(r"(?:FusedLinearCE|LinearLogProb)/T(\d+)D(\d+)V(\d+)(/bf16)?", name):
        return head(*map(int, m.groups()[:3]), "bf16" if m[4] else "f32")
    if m := re.fullmatch(r"AdamW/([\d.]+M)", name):
        return adamw(number(m[1]))
    if g := ints(r"TrainStep/dim256x6/V(\d+)/(f32|bf16)"):
        return train_step(*g)
    return None


if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(0)
    serve(f"torch {torch.__version__}", case)
