"""Made-up clients: the shipped processes walked with planted problems, written as the messy exports of a real firm."""
