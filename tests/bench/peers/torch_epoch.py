"""The peer of the epoch cases: the same epoch written plainly in PyTorch eager, one thread, timed on request.

Models kbf, lti and ldm in continuous time with networks of any depth; trainers Weak and NODE (torchdiffeq's dopri5 where it is installed, else
a plain loop with the same tableau and step control). Reads one JSON line with the problem, answers with version, loss and gradient of
the first batch; then for every line "step" answers milliseconds.
"""
from timing import need, read_problem, serve

torch = need("torch")
import solver  # which needs torch

problem = read_problem()
torch.set_num_threads(1)
model, criterion = problem["model"], problem["criterion"]
weights_for = {name: spec["weight"] for name, spec in criterion.items()}
dtype = torch.float32 if problem["dtype"] == "float32" else torch.float64
w = {k: torch.tensor(v["data"], dtype=dtype).reshape(v["shape"]).requires_grad_() for k, v in problem["weights"].items()}
pieces = problem["stretches"]
knots = pieces[0]["t"]
T, B = len(knots), len(pieces)
n = len(pieces[0]["x"]) // T
m = 0 if pieces[0]["u"] is None else len(pieces[0]["u"]) // T
stack = lambda key, *shape: torch.tensor([p[key] for p in pieces], dtype=dtype).reshape(B, *shape)
x_all = stack("x", T, n).transpose(0, 1).contiguous()
u_all = None if m == 0 else stack("u", T, m).transpose(0, 1).contiguous()
# cubic pieces: [segment, power, row, input]
spline = None if m == 0 else stack("control", T - 1, 4, m).permute(1, 2, 0, 3).contiguous()
t = torch.tensor(knots, dtype=dtype)
step_size = knots[1] - knots[0]


def control(when, rows):
    if spline is None:
        return None
    k = min(max(int(float(when) / step_size), 0), T - 2)
    s = when - knots[k]
    c = spline[k][:, rows]
    return c[0] + s * (c[1] + s * (c[2] + s * c[3]))


def layers(name, x):
    depth = sum(1 for k in w if k.startswith(name + ".") and k.endswith(".W"))
    for k in range(depth):
        x = torch.nn.functional.linear(x, w[f"{name}.{k}.W"].T, w[f"{name}.{k}.b"])
        if k == depth - 1 and not model["end_activation"]:
            continue
        if model["activation"] == "prelu":
            x = torch.nn.functional.prelu(x, w[f"{name}.{k}.slope"])
        elif model["activation"] == "tanh":
            x = torch.tanh(x)
    return x


def encode(x, u):
    e = x if model["family"] != "ldm" or u is None else torch.cat([x, u], -1)
    if model["encoder_layers"] == 0:
        return e
    z = layers("encoder", e)
    return torch.cat([e, z], -1) if model["autoencoder_type"] == "cat" else z


def decode(z):
    return z[..., :n] if model["decoder_layers"] == 0 or model["autoencoder_type"] == "cat" else layers("decoder", z)


def dynamics(z, u):
    if model["family"] == "ldm":
        return layers("processor", z)
    parts = [z] if u is None else [z, (z.unsqueeze(-1) * u.unsqueeze(-2)).flatten(-2)] if model["family"] == "kbf" else [z, u]
    if u is not None and model["family"] == "kbf" and model["const_term"]:
        parts.append(u)
    return torch.cat(parts, -1) @ w["dynamics.W"]


if problem["weak"]:
    N, dN = problem["weak"]["N"], problem["weak"]["dN"]
    C, D = (torch.tensor(problem["weak"][k], dtype=dtype).reshape(-1, N) for k in "CD")
    windows = lambda z: z.unfold(0, N, dN)  # [windows, B, k, N]


def loss_of(rows):
    x = x_all[:, rows]
    u = None if u_all is None else u_all[:, rows]
    if problem["weak"]:
        z = encode(x, u)
        difference = windows(dynamics(z, u)) @ D.T - windows(z) @ C.T
        out = weights_for["dynamics"] * (difference ** 2).mean()
        recon = z
    else:
        z0 = encode(x[0], None if u is None else u[0])

        def rate(when, z):
            now = control(when, rows)
            return dynamics(encode(decode(z), now), now)

        z = solver.odeint(rate, z0, t, rtol=problem["rtol"], atol=problem["atol"], method="dopri5")
        out = weights_for["dynamics"] * ((decode(z) - x) ** 2).mean()
        recon = encode(x, u) if "recon" in weights_for else None
    if "recon" in weights_for:
        out = out + weights_for["recon"] * ((decode(recon) - x) ** 2).mean()
    return out


batches = [torch.tensor(rows) for rows in problem["batches"]]
optimiser = torch.optim.Adam(w.values(), lr=problem["rate"])


def epoch():
    for rows in batches:
        optimiser.zero_grad()
        loss_of(rows).backward()
        optimiser.step()


loss = loss_of(batches[0])
loss.backward()
gradient = {k: v.grad.flatten().tolist() for k, v in w.items() if v.grad is not None}
name = "torch" if problem["weak"] else solver.name
serve({"version": torch.__version__, "solver": name, "loss": loss.item(), "grad": gradient}, epoch)
