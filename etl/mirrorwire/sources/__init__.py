"""The bundled publishers, one TOML file each. No code."""
