"""The window: its frame, what stands in it, and the desks that carry out its commands."""
