"""The peer of `weak-kbf`: the same step in PyTorch eager with 1 or 2 threads, timed on request."""
import json
import os
import sys
import time

try:
    import torch
except ImportError:
    print(json.dumps({"missing": "torch"}), flush=True)
    sys.exit(0)

clock = time.process_time if os.environ.get("DYMAD_BENCH_CLOCK") == "cpu" else time.perf_counter
problem = json.loads(sys.stdin.readline())
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
print(json.dumps({"version": torch.__version__, "loss": loss, "grad": {k: v.grad.flatten().tolist() for k, v in w.items()}}), flush=True)
for line in sys.stdin:
    if line.strip() != "step":
        break
    start = clock()
    step()
    print(json.dumps({"ms": 1000 * (clock() - start)}), flush=True)
