"""Event log -> facts: the catalogue of KPIs, the relations they read, the numbers with their intervals."""
