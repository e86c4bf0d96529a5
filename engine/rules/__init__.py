"""Facts x rules -> verdicts and findings."""
