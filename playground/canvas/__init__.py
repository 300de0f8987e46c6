"""The canvas: what is drawn, with every number where it stands, under the learner's hand."""
