"""Named schedules, one family a file, each a short function made of primitives."""
