"""How everything looks: palette, fonts, style sheet, icons, formulas as pictures."""
