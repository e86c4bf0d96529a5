"""Exports -> event log: shapes, mappings, the store, what the doctor found, the relations KPIs read."""
