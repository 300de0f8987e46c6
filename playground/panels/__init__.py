"""The panels round the canvas: each shows the experiment and asks for changes."""
