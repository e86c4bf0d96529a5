"""Simulated processes whose truth is known: what the numbers of an audit are checked against."""
