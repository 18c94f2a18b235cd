"""The peer of `edmd-lorenz`: kernel EDMD on landmarks (Nystrom) in NumPy and SciPy with residuals and decoder on one thread, timed on request."""
from timing import need, one_thread, read_problem, serve

one_thread()
np = need("numpy")
need("scipy")
from scipy.linalg import eigh
from scipy.spatial.distance import cdist

problem = read_problem()
x, z = np.array(problem["x"]), np.array(problem["landmarks"])
rank, width = problem["rank"], problem["width"]


def kernel(a, b):
    return np.exp(-cdist(a, b, "sqeuclidean") / (2 * width * width))


def fit():
    n = len(z)
    values, vectors = eigh(kernel(z, z), subset_by_index=[n - rank, n - 1])
    features = kernel(x, z) @ (vectors / np.sqrt(values))
    before, after = features[:-1], features[1:]
    step, *_ = np.linalg.lstsq(before, after, rcond=None)
    decoder, *_ = np.linalg.lstsq(before, x[:-1], rcond=None)
    values, vectors = np.linalg.eig(step)
    seen = before @ vectors
    residuals = np.linalg.norm(after @ vectors - seen * values, axis=0) / np.linalg.norm(seen, axis=0)
    return values, residuals, decoder


values, *_ = fit()
serve({"version": np.__version__, "re": values.real.tolist(), "im": values.imag.tolist()}, fit)
