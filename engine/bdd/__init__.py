"""Features of a workspace as tests: the pytest plug-in, its steps in Russian and English, coverage of processes."""
