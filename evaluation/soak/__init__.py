"""What the product bears: hours of load, kills at random moments, and parts that fail."""
