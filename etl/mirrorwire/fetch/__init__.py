"""Pages and seeds over HTTP: polite, guarded, and from whichever of a publisher's hosts serves them."""
