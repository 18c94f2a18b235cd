"""The adaptive solver of the peers: torchdiffeq's where it is installed, else a plain loop with the same tableau and step control."""
try:
    from torchdiffeq import odeint
    name = "torchdiffeq"
except ImportError:
    from dopri5 import odeint
    name = "torch dopri5 loop"
