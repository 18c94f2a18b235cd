"""The peer of `dmd-two-sweeps`: exact DMD with modes by numpy.linalg.svd of the whole field on one thread, timed on request."""
from timing import need, one_thread, read_problem, serve

one_thread()
np = need("numpy")
problem = read_problem()
field = np.fromfile(problem["path"]).reshape(problem["m"], problem["n"])


def dmd():
    before, after = field[:, :-1], field[:, 1:]
    u, s, vh = np.linalg.svd(before, full_matrices=False)
    r = problem["rank"]
    weights = vh[:r].T / s[:r]
    values, vectors = np.linalg.eig(u[:, :r].T @ (after @ weights))
    return values, (after @ weights) @ vectors / values


values, _ = dmd()
serve({"version": np.__version__, "im": values.imag.tolist()}, dmd)
