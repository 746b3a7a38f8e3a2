"""What grows, a file each: `run` builds sites of each size, measures them, and gives the curves."""
