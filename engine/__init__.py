"""voronka: audits how a company handles the people who turn to it, and tells it what to do better."""
