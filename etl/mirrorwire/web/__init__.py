"""Pages for people in a browser, each as JSON too: what is stored and how sources stand. They change nothing."""
