"""What outlasts a session: files, backups, preferences, reports, and who has a file open."""
