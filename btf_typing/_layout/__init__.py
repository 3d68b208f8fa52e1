"""Records to places: where each member lies, which type it has and what it is called."""
