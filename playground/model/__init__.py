"""What the views share: the document, what is selected, and training beside the window."""
