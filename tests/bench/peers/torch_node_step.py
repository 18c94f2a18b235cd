"""The peer of `node-step`: the same training step in PyTorch eager, timed on request; one thread unless the problem says otherwise.

Reads one JSON line with the problem, answers with version, loss and gradient; then for every line "step" answers milliseconds.
"""
from timing import need, read_problem, serve

torch = need("torch")
problem = read_problem()
torch.set_num_threads(problem.get("threads", 1))
dtype = torch.float32 if problem["dtype"] == "float32" else torch.float64
weights = {k: torch.tensor(v["data"], dtype=dtype).reshape(v["shape"]).requires_grad_() for k, v in problem["weights"].items()}
x = torch.tensor(problem["x"]["data"], dtype=dtype).reshape(problem["x"]["shape"])
h = problem["h"]


def rate(z):
    z = torch.tanh(z @ weights["W0"] + weights["b0"])
    z = torch.tanh(z @ weights["W1"] + weights["b1"])
    return z @ weights["W2"] + weights["b2"]


def step():
    for w in weights.values():
        w.grad = None
    z = x[0]
    states = [z]
    for _ in range(x.shape[0] - 1):
        k1 = rate(z)
        k2 = rate(z + 0.5 * h * k1)
        k3 = rate(z + 0.5 * h * k2)
        k4 = rate(z + h * k3)
        z = z + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        states.append(z)
    loss = ((torch.stack(states) - x) ** 2).mean()
    loss.backward()
    return loss.item()


loss = step()
serve({"version": torch.__version__, "loss": loss, "grad": {k: w.grad.flatten().tolist() for k, w in weights.items()}}, step)
