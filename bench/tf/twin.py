"""The work of bench.ts in PyTorch and NumPy. Arguments: threads, layout (default, channels_last or compiled)."""

import json
import os
import resource
import sys
import time

threads, layout = int(sys.argv[1]), sys.argv[2]
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(threads)

import numpy as np  # noqa: E402 the number of threads is read when it is imported
import torch  # noqa: E402
from torch.nn import functional as F  # noqa: E402

from twin_nets import convolutions_of, forward_of  # noqa: E402

torch.set_num_threads(threads)
memory_format = torch.contiguous_format if layout == "default" else torch.channels_last


def read_safetensors(path):
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
        data = file.read()
    header.pop("__metadata__", None)
    arrays = {}
    for name, one in header.items():
        begin, end = one["data_offsets"]
        arrays[name] = np.frombuffer(data[begin:end], np.float32).reshape(one["shape"]).copy()
    return arrays


def pictures(count, a):
    index = np.arange(1, count * a["height"] * a["width"] * a["channels"] + 1, dtype=np.uint64)
    values = ((index * 2654435761) & 0xFFFFFFFF) >> 24
    x = torch.from_numpy(values.astype(np.float32) / np.float32(255))
    x = x.reshape(count, a["height"], a["width"], a["channels"]).permute(0, 3, 1, 2)
    return x.contiguous(memory_format=memory_format)


class Prepared:
    def __init__(self, case):
        self.case, self.a = case, case["architecture"]
        self.start = read_safetensors(case["weights"])
        self.forward = forward_of(self.a)
        if layout == "compiled":
            self.forward = torch.compile(self.forward, dynamic=False)
        self.x = pictures(case["batch"], self.a)
        self.labels = torch.arange(case["batch"]) % self.a["classes"]
        self.fresh()

    def fresh(self):
        """Weights as they are in the file, momentum zero."""
        self.w, trained = {}, []
        for name, value in self.start.items():
            tensor = torch.from_numpy(value.copy())
            if tensor.dim() == 4:
                tensor = tensor.contiguous(memory_format=memory_format)
            if "running_" not in name and not name.startswith("normalise."):
                trained.append(tensor.requires_grad_(True))
            self.w[name] = tensor
        self.optimizer = torch.optim.SGD(trained, lr=1e-3, momentum=0.9, weight_decay=1e-4)

    def attacked(self, x, labels, steps, random_start=False):
        low, high = (x - 8 / 255).clamp(min=0), (x + 8 / 255).clamp(max=1)
        z = x.clone()
        if random_start:
            z = torch.minimum(torch.maximum(x + 8 / 255 * (2 * torch.rand_like(x) - 1), low), high)
        for _ in range(steps):
            z.requires_grad_(True)
            loss = F.cross_entropy(self.forward(self.w, z, False), labels, reduction="sum")
            (gradient,) = torch.autograd.grad(loss, z)
            with torch.no_grad():
                z = torch.minimum(torch.maximum(z + 2 / 255 * gradient.sign(), low), high)
        return z.detach()

    def learn(self, x, labels, rate):
        self.optimizer.param_groups[0]["lr"] = rate
        self.optimizer.zero_grad()
        loss = F.cross_entropy(self.forward(self.w, x, True), labels)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def attack(self, count):
        self.attacked(self.x, self.labels, count)

    def train(self, count):
        for _ in range(count):
            self.learn(self.x, self.labels, 1e-3)

    def evaluate(self, count):
        with torch.no_grad():
            for _ in range(count):
                self.forward(self.w, self.x, False).numpy()

    def values(self, limit=None):
        for name, n in convolutions_of(self.a)[:limit]:
            kernel = np.transpose(self.start[name + ".weight"].astype(np.float64), (2, 3, 0, 1))
            yield np.linalg.svd(np.fft.fft2(kernel, (n, n), axes=(0, 1)), compute_uv=False)

    def svd(self, count):
        for _ in self.values():
            pass

    def cell(self, count):
        """Adversarial training on 240 pictures, with the clean part of the probe after every epoch."""
        self.fresh()
        x, labels, batch = pictures(240, self.a), torch.arange(240) % self.a["classes"], self.case["batch"]
        for epoch in range(count):
            for places in torch.randperm(240).split(batch):
                attacked = self.attacked(x[places], labels[places], self.case["steps"], random_start=True)
                self.learn(attacked, labels[places], 0.07)
            probed = [*zip(x.split(batch), labels.split(batch))]
            with torch.no_grad():
                sum(F.cross_entropy(self.forward(self.w, a, False), b).item() for a, b in probed)
            if (epoch + 1) % 20 == 0 or epoch + 1 == count:
                for a, b in probed:
                    attacked = self.attacked(a, b, self.case["steps"], random_start=True)
                    with torch.no_grad():
                        self.forward(self.w, attacked, False).numpy()

    def numbers(self):
        self.fresh()
        losses = [self.learn(self.attacked(self.x, self.labels, 2), self.labels, 0.01)]
        self.fresh()
        losses += [self.learn(self.x, self.labels, 0.01) for _ in range(3)]
        return losses + [float(values.max()) for values in self.values(6)]


def answer(value):
    print(json.dumps(value), flush=True)


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return 1000 * (usage.ru_utime + usage.ru_stime)


prepared = None
answer("ready")
for line in sys.stdin:
    question = json.loads(line)
    work, count = question["work"], question.get("count", 1)
    if work == "numbers":
        answer(prepared.numbers())
        continue
    if work == "used":
        answer({"cpu": cpu()})
        continue
    before, started = cpu(), time.perf_counter()
    if work == "prepare":
        prepared = Prepared(question["of"])
    else:
        getattr(prepared, work)(count)
    wall = 1000 * (time.perf_counter() - started)
    answer({"wall": wall / count, "cpu": (cpu() - before) / count})
