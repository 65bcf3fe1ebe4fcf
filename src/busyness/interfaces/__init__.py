"""Floor 5: interfaces translate, they never decide. All of them call the same workflows."""
