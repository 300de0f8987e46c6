"""Small painted controls that several panels share: headers, strip, rail, plates and fields."""
