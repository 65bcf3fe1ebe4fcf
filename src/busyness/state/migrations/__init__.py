"""The revisions of the tables, oldest first; a file is never changed once it was released."""
