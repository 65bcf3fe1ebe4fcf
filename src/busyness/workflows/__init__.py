"""Floor 4: one file a use case. Only this floor knows more than one room."""
