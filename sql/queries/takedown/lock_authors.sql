-- Waits for loaders that may just be naming an author or a tag, and keeps others from it.
LOCK TABLE author IN SHARE ROW EXCLUSIVE MODE
