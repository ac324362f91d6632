"""One exchange over HTTP: what may be reached, deadlines, caps, proxies, content codings."""
