"""Tables of what is known by name: activations, losses, optimisers, initialisers, data sets."""
