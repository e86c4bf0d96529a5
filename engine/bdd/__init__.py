"""pytest plug-in: feature files that validate processes."""
