"""Dialogs and sheets: what is asked, chosen or opened in front of the window."""
