"""The peer of `node-dopri5-lti`: epochs of the same training in PyTorch eager, one thread, timed on request.

The solver is torchdiffeq's dopri5 where it is installed, else a plain loop with the same tableau and step control. Reads one JSON
line with the problem, answers with version, loss and gradient of the first batch; then for every line "step" answers milliseconds.
"""
import json
import sys
import time

try:
    import torch
except ImportError:
    print(json.dumps({"missing": "torch"}), flush=True)
    sys.exit(0)
try:
    from torchdiffeq import odeint
    solver = "torchdiffeq"
except ImportError:
    from dopri5 import odeint
    solver = "torch dopri5 loop"

problem = json.loads(sys.stdin.readline())
torch.set_num_threads(1)
dtype = torch.float32 if problem["dtype"] == "float32" else torch.float64
tensor = lambda data, *shape: torch.tensor(data, dtype=dtype).reshape(*shape)
weights = {k: tensor(v["data"], v["shape"]).requires_grad_() for k, v in problem["weights"].items()}
t = tensor(problem["t"], -1)
knots = problem["t"]
T, B = len(knots), len(problem["x"])
x_all = tensor(problem["x"], B, T, 2).transpose(0, 1).contiguous()
# cubic pieces: [segment, power, row, 1]
pieces = tensor(problem["control"], B, T - 1, 4, 1).permute(1, 2, 0, 3).contiguous()
step = knots[1] - knots[0]


def control(time, rows):
    k = min(max(int(float(time) / step), 0), T - 2)
    s = time - knots[k]
    c = pieces[k, :, rows]
    return c[0] + s * (c[1] + s * (c[2] + s * c[3]))


def layers(name, x, hidden):
    depth = sum(1 for k in weights if k.startswith(name) and k.endswith(".W"))
    for k in range(depth):
        x = x @ weights[f"{name}.{k}.W"] + weights[f"{name}.{k}.b"]
        if hidden and k < depth - 1:
            x = torch.tanh(x)
    return x


kbf = problem["family"] == "kbf"


def encode(x, u):
    return layers("encoder", x if kbf else torch.cat([x, u], -1), not kbf)


def decode(z):
    return layers("decoder", z, not kbf)


def rate(z, u):
    z = encode(decode(z), u)
    if not kbf:
        return layers("processor", z, True)
    return torch.cat([z, z * u, u], -1) @ weights["dynamics.W"]


def loss_of(rows):
    x = x_all[:, rows]
    u = torch.stack([control(time, rows) for time in t]) if not kbf else None
    z0 = encode(x[0], None if kbf else u[0])
    z = odeint(lambda time, z: rate(z, control(time, rows)), z0, t, rtol=problem["rtol"], atol=problem["atol"], method="dopri5")
    return ((decode(z) - x) ** 2).mean() + ((decode(encode(x, u)) - x) ** 2).mean()


batches = [slice(i, min(B, i + problem["batch"])) for i in range(0, B, problem["batch"])]
optimiser = torch.optim.Adam(weights.values(), lr=problem["rate"])


def epoch():
    for rows in batches:
        optimiser.zero_grad()
        loss_of(rows).backward()
        optimiser.step()


loss = loss_of(batches[0])
loss.backward()
print(json.dumps({"version": torch.__version__, "solver": solver, "loss": loss.item(), "grad": {k: w.grad.flatten().tolist() for k, w in weights.items()}}), flush=True)
for line in sys.stdin:
    if line.strip() != "step":
        break
    start = time.perf_counter()
    epoch()
    print(json.dumps({"ms": 1000 * (time.perf_counter() - start)}), flush=True)
