-- The same for tags, in the order in which loaders take them.
LOCK TABLE tag IN SHARE ROW EXCLUSIVE MODE
