"""Pure byte formats, shared by providers and ingress: bytes in, values out, nothing else."""
