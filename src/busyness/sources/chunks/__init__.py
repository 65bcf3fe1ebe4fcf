"""Tables larger than memory, read chunk by chunk whatever their format."""
