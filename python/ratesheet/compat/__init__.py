"""Other libraries' names on this engine: a module for each, imported only when asked for."""
