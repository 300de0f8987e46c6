"""Pictures of learning: curves, loss surfaces and answer maps, painted by the program itself."""
