"""The import doctor: damage of exports that numbers would not show, each kind a named diagnosis."""
