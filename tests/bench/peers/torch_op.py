"""The peer of `matmul` and `activations`: one operation of PyTorch, one thread, `times` of it timed on request."""
from timing import need, read_problem, serve

torch = need("torch")
problem = read_problem()
torch.set_num_threads(1)
dtype = torch.float32 if problem["dtype"] == "float32" else torch.float64
operands = [torch.tensor(v["data"], dtype=dtype).reshape(v["shape"]) for v in problem["operands"]]
op = {"softplus": torch.nn.functional.softplus}.get(problem["op"]) or getattr(torch, problem["op"])


def repeat():
    for _ in range(problem["times"]):
        op(*operands)


serve({"version": torch.__version__, "result": op(*operands).flatten().tolist()}, repeat, problem["times"])
