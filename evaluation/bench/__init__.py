"""How fast it is, how much it takes, and how that compares: ratios within one run first."""
