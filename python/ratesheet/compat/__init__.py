"""Other libraries' names on this engine: one package a library, each imported only when asked for."""
