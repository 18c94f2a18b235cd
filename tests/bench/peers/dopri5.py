"""A plain dopri5 loop in PyTorch with the signature of torchdiffeq's odeint: one step size for the whole batch, gradients through the steps."""
import torch

C = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1]
A = [
    [],
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
]
E = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40]
MIDDLE = [6025192743 / 30085553152 / 2, 0, 51252292925 / 65400821598 / 2, -2691868925 / 45128329728 / 2,
          187940372067 / 1594534317056 / 2, -1776094331 / 19743644256 / 2, 11237099 / 235043384 / 2]


def odeint(f, y0, t, rtol, atol, method="dopri5"):
    assert method == "dopri5"
    times = [float(v) for v in t]
    now, y, k0 = times[0], y0, f(t[0], y0)
    h, out, nxt = first_step(f, now, y, k0, rtol, atol), [y0], 1
    combine = lambda weights, k: sum(w * v for w, v in zip(weights, k) if w != 0)
    while nxt < len(times):
        k = [k0]
        for c, a in zip(C[1:], A[1:]):
            k.append(f(torch.as_tensor(now + c * h, dtype=y.dtype), y + h * combine(a, k)))
        new = y + h * combine(A[6], k)
        with torch.no_grad():
            error = h * combine(E, k) / (atol + rtol * torch.maximum(y.abs(), new.abs()))
            norm = float(error.pow(2).mean().sqrt())
        factor = 10.0 if norm == 0 else min(10.0, max(1.0 if norm < 1 else 0.2, 0.9 * norm ** -0.2))
        if norm <= 1:
            middle = y + h * combine(MIDDLE, k)
            a = 2 * h * (k[6] - k0) - 8 * (new + y) + 16 * middle
            b = h * (5 * k0 - 3 * k[6]) + 18 * y + 14 * new - 32 * middle
            c = h * (k[6] - 4 * k0) - 11 * y - 5 * new + 16 * middle
            while nxt < len(times) and times[nxt] <= now + h:
                s = (times[nxt] - now) / h
                out.append(y + s * (h * k0 + s * (c + s * (b + s * a))))
                nxt += 1
            now, y, k0 = now + h, new, k[6]
        h *= factor
    return torch.stack(out)


def first_step(f, t, y, k0, rtol, atol):
    with torch.no_grad():
        scale = atol + rtol * y.abs()
        rms = lambda v: float((v / scale).pow(2).mean().sqrt())
        d0, d1 = rms(y), rms(k0)
        h0 = 1e-6 if d0 < 1e-5 or d1 < 1e-5 else 0.01 * d0 / d1
        d2 = rms(f(torch.as_tensor(t + h0, dtype=y.dtype), y + h0 * k0) - k0) / h0
        h1 = max(1e-6, h0 * 1e-3) if max(d1, d2) <= 1e-15 else (0.01 / max(d1, d2)) ** 0.2
        return min(100 * h0, h1)
