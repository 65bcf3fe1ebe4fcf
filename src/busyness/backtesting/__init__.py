"""The backtest room: replay what a forecaster would have said at many origins, and score it."""
