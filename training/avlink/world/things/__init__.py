"""How each thing is painted, one module for a kind."""
