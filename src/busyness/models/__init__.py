"""Floor 3: what answers how busy it will be. Members say medians; calibration makes distributions of them."""
