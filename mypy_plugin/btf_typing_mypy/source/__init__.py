"""What an expression in the user's source code stands for."""
