"""One training step of a small LLaMA in PyTorch: width 256, six layers, eight
heads, tied embeddings, 8 sequences of 256 tokens, AdamW in one fused kernel."""
import torch
import torch.nn as nn
import torch.nn.functional as F

WIDTH, LAYERS, HEADS, HIDDEN, LENGTH, BATCH = 256, 6, 8, 688, 256, 8


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(WIDTH))

    def forward(self, x):
        return F.rms_norm(x, (WIDTH,), self.weight, 1e-5)


def rotate(x, cos, sin):
    a, b = x.chunk(2, -1)
    return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = Norm(), Norm()
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH, bias=False), nn.Linear(WIDTH, WIDTH, bias=False)
        self.gate, self.up = nn.Linear(WIDTH, HIDDEN, bias=False), nn.Linear(WIDTH, HIDDEN, bias=False)
        self.down = nn.Linear(HIDDEN, WIDTH, bias=False)

    def forward(self, x, cos, sin):
        q, k, v = self.qkv(self.norm1(x)).view(BATCH, LENGTH, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        o = F.scaled_dot_product_attention(rotate(q, cos, sin), rotate(k, cos, sin), v, is_causal=True)
        x = x + self.out(o.transpose(1, 2).reshape(BATCH, LENGTH, WIDTH))
        h = self.norm2(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.vocab, self.embed = vocab, nn.Embedding(vocab, WIDTH)
        nn.init.normal_(self.embed.weight, std=0.02)
        self.layers, self.norm = nn.ModuleList(Layer() for _ in range(LAYERS)), Norm()
        half = WIDTH // HEADS // 2
        angles = torch.outer(torch.arange(LENGTH).float(), 1e4 ** (-torch.arange(half) / half))
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())

    def forward(self, ids, targets):
        x = self.embed(ids)
        for layer in self.layers:
            x = layer(x, self.cos, self.sin)
        logits = F.linear(self.norm(x), self.embed.weight)
        return F.cross_entropy(logits.view(-1, self.vocab), targets.view(-1))


class Step:
    def __init__(self, vocab, dtype):
        self.model, self.amp = Model(vocab), dtype == "bf16"
        self.opt = torch.optim.AdamW(self.model.parameters(), lr=1e-3, fused=True)
        self.ids, self.targets = torch.randint(0, vocab, (2, BATCH, LENGTH))

    def step(self):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.amp):
            loss = self.model(self.ids, self.targets)
        loss.backward()
        self.opt.step()
        self.opt.zero_grad(set_to_none=True)
