"""Terminal tables of one thing looked at closely: sources, a control point, its passport, a finding, a case."""
