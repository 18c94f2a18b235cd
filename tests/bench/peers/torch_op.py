"""The peer of `matmul` and `activations`: one operation of PyTorch, one thread, `times` of it timed on request."""
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
torch.set_num_threads(1)
dtype = torch.float32 if problem["dtype"] == "float32" else torch.float64
operands = [torch.tensor(v["data"], dtype=dtype).reshape(v["shape"]) for v in problem["operands"]]
op = {"softplus": torch.nn.functional.softplus}.get(problem["op"]) or getattr(torch, problem["op"])
print(json.dumps({"version": torch.__version__, "result": op(*operands).flatten().tolist()}), flush=True)
for line in sys.stdin:
    if line.strip() != "step":
        break
    start = clock()
    for _ in range(problem["times"]):
        op(*operands)
    print(json.dumps({"ms": 1000 * (clock() - start) / problem["times"]}), flush=True)
