"""Pages for people in a browser, each as JSON too: what is stored, how sources stand, and what may be changed."""
