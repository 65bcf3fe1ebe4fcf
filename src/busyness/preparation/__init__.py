"""From events to a panel: gridding, covariates, outliers, imputation, decomposition."""
