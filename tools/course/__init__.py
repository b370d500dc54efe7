"""The course's own tools: set-up, kernel, notebook runner (standard library only)."""
