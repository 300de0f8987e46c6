"""Speed against peers, told as ratios; not tests."""
