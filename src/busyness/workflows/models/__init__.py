"""The life of models: listed, compared, trained again, tried live, promoted and rolled back."""
