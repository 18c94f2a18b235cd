"""The peer of `spiral-node`: the same training in PyTorch eager, one thread, timed on request.

The solver is torchdiffeq's dopri5 where it is installed, else a plain loop with the same tableau and step control. Reads one JSON
line with the problem, answers with version, first loss and gradient; then for every line "step" answers the milliseconds of `steps`
steps of Adam from the start.
"""
from timing import need, read_problem, serve

torch = need("torch")
import solver  # which needs torch

problem = read_problem()
torch.set_num_threads(1)
dtype = torch.float32 if problem["dtype"] == "float32" else torch.float64
tensor = lambda data, *shape: torch.tensor(data, dtype=dtype).reshape(*shape)
start = {k: tensor(v["data"], v["shape"]) for k, v in problem["weights"].items()}
t = tensor(problem["t"], -1)
x = tensor(problem["x"], -1, 1, 2)


def loss_of(w):
    rate = lambda time, z: torch.tanh(z**3 @ w["0.W"] + w["0.b"]) @ w["1.W"] + w["1.b"]
    z = solver.odeint(rate, x[0], t, rtol=problem["rtol"], atol=problem["atol"], method="dopri5")
    return (z - x).abs().mean()


def train(steps):
    w = {k: v.clone().requires_grad_() for k, v in start.items()}
    optimiser = torch.optim.Adam(w.values(), lr=problem["rate"])
    for _ in range(steps):
        optimiser.zero_grad()
        loss = loss_of(w)
        loss.backward()
        optimiser.step()


w = {k: v.clone().requires_grad_() for k, v in start.items()}
loss = loss_of(w)
loss.backward()
grad = {k: v.grad.flatten().tolist() for k, v in w.items()}
serve({"version": torch.__version__, "solver": solver.name, "loss": loss.item(), "grad": grad}, lambda: train(problem["steps"]))
