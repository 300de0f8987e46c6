"""The commands without a window, one file each; no Qt, not even indirectly."""
