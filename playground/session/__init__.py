"""What outlasts or surrounds a document: files, backups, settings, the lesson."""
