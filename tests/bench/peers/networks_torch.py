"""Trains PyTorch networks on request: `networks_torch.py MODEL BATCH THREADS`, MODEL being a name in MODELS below, or
`mlp-` and the widths of a perceptron's layers, as in `mlp-784-128-10`.

Each line "VARIANT STEPS" on standard input answers with the seconds that these steps took, as JSON. Variants are words joined by +:
`eager` (Adam as it is by default), `fused` (fused Adam), `channels_last`. Batches are rows of one data set, picked by a shuffled index.
"""
import json
import sys
import time

import torch
from torch import nn

ROWS = 4096


def cnn():
    layers = [
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1568, 128), nn.ReLU(), nn.Linear(128, 10),
    ]
    return nn.Sequential(*layers), torch.rand(ROWS, 1, 28, 28), 10


def mlp(widths):
    layers = [layer for pair in zip(widths, widths[1:]) for layer in (nn.Linear(*pair), nn.ReLU())][:-1]
    return nn.Sequential(*layers), torch.rand(ROWS, widths[0]), widths[-1]


class Recurrent(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.cells, self.output = kind(16, 64, batch_first=True), nn.Linear(64, 10)

    def forward(self, x):
        return self.output(self.cells(x)[0][:, -1])


class Encoder(nn.Module):
    """One block with attention by PyTorch's own fused function; no word is padding, so that it needs no mask."""

    def __init__(self):
        super().__init__()
        self.words, self.positions = nn.Embedding(2000, 128), nn.Parameter(torch.randn(64, 128) * 0.02)
        self.norm1, self.norm2, self.norm = nn.LayerNorm(128), nn.LayerNorm(128), nn.LayerNorm(128)
        self.qkv, self.mix = nn.Linear(128, 384), nn.Linear(128, 128)
        self.expand, self.reduce, self.output = nn.Linear(128, 512), nn.Linear(512, 128), nn.Linear(128, 10)

    def forward(self, codes):
        x = self.words(codes) + self.positions
        query, key, value = self.qkv(self.norm1(x)).view(-1, 64, 3, 4, 32).permute(2, 0, 3, 1, 4)
        seen = nn.functional.scaled_dot_product_attention(query, key, value)
        x = x + self.mix(seen.transpose(1, 2).reshape(-1, 64, 128))
        x = x + self.reduce(nn.functional.gelu(self.expand(self.norm2(x))))
        return self.output(self.norm(x).mean(1))


# Name: a function that gives module, rows of input, and the number of classes.
MODELS = {
    "cnn": cnn,
    "gru": lambda: (Recurrent(nn.GRU), torch.rand(ROWS, 32, 16), 10),
    "lstm": lambda: (Recurrent(nn.LSTM), torch.rand(ROWS, 32, 16), 10),
    "attention": lambda: (Encoder(), torch.randint(1, 2000, (ROWS, 64)), 10),
}


def model_named(name):
    return mlp([int(width) for width in name[4:].split("-")]) if name.startswith("mlp-") else MODELS[name]()


def made(variant, batch):
    """A function that trains for a number of steps."""
    words = variant.split("+")
    model, x, classes = model_named(sys.argv[1])
    y = torch.randint(0, classes, (ROWS,))
    if "channels_last" in words:
        model, x = model.to(memory_format=torch.channels_last), x.contiguous(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, **({"fused": True} if "fused" in words else {}))
    loss_of = nn.CrossEntropyLoss()

    def train(steps):
        order = torch.cat([torch.randperm(ROWS) for _ in range(-(-steps * batch // ROWS))])
        start = time.perf_counter()
        for step in range(steps):
            chosen = order[step * batch : (step + 1) * batch]
            optimizer.zero_grad()
            loss = loss_of(model(x[chosen]), y[chosen])
            loss.backward()
            optimizer.step()
        return time.perf_counter() - start

    train(5)  # warms up
    return train


torch.set_num_threads(int(sys.argv[3]))
torch.set_flush_denormal(True)
torch.manual_seed(1)
trainers = {}
for line in sys.stdin:
    asked, steps = line.split()
    if asked not in trainers:
        trainers[asked] = made(asked, int(sys.argv[2]))
    print(json.dumps({"seconds": trainers[asked](int(steps)), "torch": torch.__version__}), flush=True)
