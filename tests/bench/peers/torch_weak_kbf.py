"""The peer of `weak-kbf`: the same step in PyTorch eager with 1 or 2 threads, timed on request."""
from timing import need, read_problem, serve

torch = need("torch")
problem = read_problem()
torch.set_num_threads(problem["threads"])
dtype = torch.float32 if problem["dtype"] == "float32" else torch.float64


def tensor(v):
    return torch.tensor(v["data"], dtype=dtype).reshape(v["shape"])


w = {k: tensor(v).requires_grad_() for k, v in problem["weights"].items()}
x, C, D = tensor(problem["x"]), tensor(problem["C"]), tensor(problem["D"])


def step():
    for v in w.values():
        v.grad = None
    hidden = torch.tanh(torch.nn.functional.linear(x, w["W0"].T, w["b0"]))
    hidden = torch.tanh(torch.nn.functional.linear(hidden, w["W1"].T, w["b1"]))
    z = torch.nn.functional.linear(hidden, w["W2"].T, w["b2"])
    residual = D @ z - C @ (z @ w["A"])
    loss = (residual**2).sum() / (64 * C.shape[0] * z.shape[-1])
    loss.backward()
    return loss.item()


loss = step()
serve({"version": torch.__version__, "loss": loss, "grad": {k: v.grad.flatten().tolist() for k, v in w.items()}}, step)
