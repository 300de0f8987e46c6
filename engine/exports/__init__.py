"""The experiment in other formats, one file each."""
