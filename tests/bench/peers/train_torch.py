"""Times PyTorch on an MLP of the training bench: `train_torch.py ROWS BATCH WIDTHS THREADS EPOCHS`.

Prints one JSON line {"torch": version, "eager": [seconds per epoch], "fused": [...]}: the loop as it is usually written with Adam by
default, and with fused Adam, epoch by epoch in turn. The first epoch of each is a warm-up and left out.
"""
import json
import sys
import time

import torch

rows, batch = int(sys.argv[1]), int(sys.argv[2])
widths = [int(width) for width in sys.argv[3].split("-")]
torch.set_num_threads(int(sys.argv[4]))
torch.set_flush_denormal(True)
torch.manual_seed(1)

x = torch.rand(rows, widths[0])
y = torch.randint(0, widths[-1], (rows,))
loss_of = torch.nn.CrossEntropyLoss()


def started(fused):
    layers = []
    for i, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        layers.append(torch.nn.Linear(inputs, outputs))
        if i < len(widths) - 2:
            layers.append(torch.nn.ReLU())
    model = torch.nn.Sequential(*layers)
    return model, torch.optim.Adam(model.parameters(), lr=1e-3, fused=fused or None)


def epoch(model, optimizer):
    order = torch.randperm(rows)
    start = time.perf_counter()
    for step in range(rows // batch):
        chosen = order[step * batch : (step + 1) * batch]
        optimizer.zero_grad()
        loss = loss_of(model(x[chosen]), y[chosen])
        loss.backward()
        optimizer.step()
    return time.perf_counter() - start


variants = {"eager": started(False), "fused": started(True)}
seconds = {name: [] for name in variants}
for index in range(int(sys.argv[5]) + 1):
    for name, (model, optimizer) in variants.items():
        elapsed = epoch(model, optimizer)
        if index > 0:
            seconds[name].append(elapsed)
print(json.dumps({"torch": torch.__version__, **seconds}))
