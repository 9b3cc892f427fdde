"""The study's nets in PyTorch: functions of named weights, as in stages/nets."""

from torch.nn import functional as F


def forward_of(a):
    return resnet(a) if a["net"]["kind"] == "fixup-resnet" else bottleneck(a)


def convolution(w, name, x, stride=1):
    kernel = w[name + ".weight"]
    return F.conv2d(x, kernel, None, stride, (kernel.shape[2] - 1) // 2)


def normalised(w, x):
    return (x - w["normalise.mean"].view(1, -1, 1, 1)) / w["normalise.std"].view(1, -1, 1, 1)


def blocks_of(a):
    """Name, input width, output width, stride of each block of a Fixup ResNet."""
    per_group, entering = (a["net"]["depth"] - 2) // 6, a["net"]["width"]
    for group in range(3):
        out = a["net"]["width"] * 2**group
        for i in range(per_group):
            yield f"group{group + 1}.block{i}", entering, out, 2 if group and not i else 1
            entering = out


def resnet(a):
    """Option A, no scalars."""
    blocks = list(blocks_of(a))

    def forward(w, x, training):
        h = F.relu(convolution(w, "stem", normalised(w, x)))
        for name, inputs, outputs, stride in blocks:
            branch = convolution(w, name + ".conv2", F.relu(convolution(w, name + ".conv1", h, stride)))
            short = h
            if stride > 1:
                short = F.pad(h[:, :, ::2, ::2], (0, 0, 0, 0, 0, outputs - inputs))
            h = F.relu(branch + short)
        return F.linear(h.mean((2, 3)), w["fc.weight"], w["fc.bias"])

    return forward


def units_of(a):
    """Name and stride of each bottleneck unit, and whether it projects its shortcut."""
    for group, count in enumerate(a["net"]["units"]):
        for i in range(count):
            yield f"group{group + 1}.block{i}", 2 if group and not i else 1, not i


def bottleneck(a):
    units = list(units_of(a))

    def normed(w, name, x, training):
        statistics = w[name + ".running_mean"], w[name + ".running_var"]
        return F.batch_norm(x, *statistics, w[name + ".weight"], w[name + ".bias"], training, 0.1, 1e-5)

    def forward(w, x, training):
        h = F.relu(normed(w, "stem.bn", convolution(w, "stem.conv", normalised(w, x)), training))
        for name, stride, projects in units:
            r = F.relu(normed(w, name + ".bn1", convolution(w, name + ".conv1", h), training))
            r = F.relu(normed(w, name + ".bn2", convolution(w, name + ".conv2", r, stride), training))
            r = normed(w, name + ".bn3", convolution(w, name + ".conv3", r), training)
            if projects:
                h = normed(w, name + ".proj.bn", convolution(w, name + ".proj.conv", h, stride), training)
            h = F.relu(r + h)
        return F.linear(h.mean((2, 3)), w["fc.weight"], w["fc.bias"])

    return forward


def convolutions_of(a):
    """Name and size of the input map of each convolution, in order."""
    n, found = a["height"], []
    if a["net"]["kind"] == "fixup-resnet":
        found.append(("stem", n))
        for name, _, _, stride in blocks_of(a):
            found += [(name + ".conv1", n), (name + ".conv2", n // stride)]
            n //= stride
        return found
    found.append(("stem.conv", n))
    for name, stride, projects in units_of(a):
        found += [(name + ".conv1", n), (name + ".conv2", n), (name + ".conv3", n // stride)]
        if projects:
            found.append((name + ".proj.conv", n))
        n //= stride
    return found
