"""Networks: trained by PyTorch or Keras, stored as arrays, and answered in NumPy."""
