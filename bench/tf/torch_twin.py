"""The steps of bench.ts in PyTorch. Reads lines `attack N` or `train N`, answers one JSON line {"wall": ms, "cpu": ms} per step.

Arguments: threads, memory format (default or channels_last), blocks n (depth 6n+2), batch size.
"""

import json
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

threads, layout, n, batch = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(threads)
torch.manual_seed(1)
memory_format = torch.channels_last if layout == "channels_last" else torch.contiguous_format


class Block(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.widen = outputs - inputs
        self.stride = 2 if self.widen else 1
        self.first = nn.Conv2d(inputs, outputs, 3, self.stride, 1, bias=False)
        self.second = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)

    def forward(self, h):
        branch = self.second(F.relu(self.first(h)))
        short = F.pad(h[:, :, ::2, ::2], (0, 0, 0, 0, 0, self.widen)) if self.widen else h
        return F.relu(branch + short)


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        widths = [16] * (n + 1) + [32] * n + [64] * n
        self.blocks = nn.Sequential(*(Block(a, b) for a, b in zip(widths, widths[1:])))
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        return self.head(self.blocks(F.relu(self.stem(x))).mean((2, 3)))


net = ResNet().to(memory_format=memory_format)
optimizer = torch.optim.SGD(net.parameters(), lr=1e-3, momentum=0.9)
x = torch.rand(batch, 3, 32, 32).to(memory_format=memory_format)
z = x.clone(memory_format=torch.preserve_format)
labels = torch.arange(batch) % 10


def attack():
    global z
    z.requires_grad_(True)
    loss = F.cross_entropy(net(z), labels, reduction="sum")
    (gradient,) = torch.autograd.grad(loss, z)
    with torch.no_grad():
        moved = z + 2 / 255 * gradient.sign()
        z = torch.minimum(torch.maximum(moved, x - 8 / 255), x + 8 / 255).clamp(0, 1)


def train():
    optimizer.zero_grad()
    F.cross_entropy(net(x), labels).backward()
    optimizer.step()


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return 1000 * (usage.ru_utime + usage.ru_stime)


print(json.dumps({"ready": f"PyTorch {torch.__version__}"}), flush=True)
for line in sys.stdin:
    kind, count = line.split()
    step = attack if kind == "attack" else train
    walls, before = [], cpu()
    for _ in range(int(count)):
        started = time.perf_counter()
        step()
        walls.append(1000 * (time.perf_counter() - started))
    print(json.dumps({"wall": min(walls), "cpu": (cpu() - before) / int(count)}), flush=True)
