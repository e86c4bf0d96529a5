"""Simulations that show that the numbers keep their promises; each is a command of its own."""
