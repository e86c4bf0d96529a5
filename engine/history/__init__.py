"""Earlier audits: what they found, and what people have made of their plans since."""
