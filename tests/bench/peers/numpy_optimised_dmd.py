"""The peer of `dmd-optimised`: variable projection for a sum of exponentials in NumPy on one thread, timed on request."""
from timing import need, one_thread, read_problem, serve

one_thread()
np = need("numpy")
problem = read_problem()
t = np.array(problem["t"])
x = (np.array(problem["re"]) + 1j * np.array(problem["im"])).reshape(t.size, problem["places"])


def project(y, rates):
    phi = np.exp(np.outer(t, rates))
    u, s, vh = np.linalg.svd(phi, full_matrices=False)
    inner = u.conj().T @ y
    slope = t[:, None] * phi
    return slope - u @ (u.conj().T @ slope), vh.conj().T @ (inner / s[:, None]), y - u @ inner


def fit():
    _, _, vh = np.linalg.svd(x, full_matrices=False)
    y = x @ vh[:2].conj().T
    h = np.diff(t)[:, None]
    mean, slope = (y[1:] + y[:-1]) / 2, np.diff(y, axis=0) / h
    s = np.linalg.eigvals(np.linalg.lstsq(mean, slope, rcond=None)[0])
    step = h.mean()
    rates = np.log((1 + step * s / 2) / (1 - step * s / 2)) / step
    derivative, b, rest = project(y, rates)
    misfit, damping = np.linalg.norm(rest), 1e-2
    for _ in range(100):
        normal = (derivative.conj().T @ derivative) * (b @ b.conj().T).T
        pull = np.einsum("ti,tn,in->i", derivative.conj(), rest, b.conj())
        while True:
            trial = rates + np.linalg.solve(normal + damping * np.diag(np.diag(normal)), pull)
            there = project(y, trial)
            moved = np.linalg.norm(trial - rates)
            if np.linalg.norm(there[2]) <= misfit:
                damping /= 10
                rates, (derivative, b, rest) = trial, there
                misfit = np.linalg.norm(rest)
                break
            damping *= 10
            if moved <= 1e-9:
                break
        if moved <= 1e-9 * (1 / (t[-1] - t[0]) + np.linalg.norm(rates)):
            break
    # modes and the share of each coefficient that is not its exponential
    phi = np.exp(np.outer(t, rates))
    modes = np.linalg.lstsq(phi, x, rcond=None)[0]
    modes /= np.linalg.norm(modes, axis=1)[:, None]
    return rates, np.linalg.lstsq(modes.T, x.T, rcond=None)[0]


serve({"version": np.__version__, "im": fit()[0].imag.tolist()}, fit)
