"""Our own files: documents and tables, read strictly and saved atomically."""
