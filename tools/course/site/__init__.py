"""The course to read in a browser: a folder of pages from the executed notebooks, and slides."""
