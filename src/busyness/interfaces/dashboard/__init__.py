"""The pages that people open every morning: a shell, its styles and modules, and the words in each language."""
