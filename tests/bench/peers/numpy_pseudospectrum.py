"""The peer of `pseudospectrum`: the smallest singular value of z - A at some points by numpy.linalg.svd on one thread, timed on request."""
from timing import need, one_thread, read_problem, serve

one_thread()
np = need("numpy")
problem = read_problem()
n = problem["n"]
a = np.array(problem["a"]).reshape(n, n)
eye = np.eye(n)


def field():
    rows = [np.linalg.svd(np.multiply.outer(np.array(problem["re"]) + 1j * y, eye) - a, compute_uv=False)[:, -1] for y in problem["im"]]
    return np.concatenate(rows)


serve({"version": np.__version__, "values": field().tolist()}, field, problem["times"])
