"""The voice: alarms with a life, watches, and messages about both to the channels of whoever runs this."""

from mirrorwire.store.alarms import Alarm, open_alarms

__all__ = ["Alarm", "open_alarms"]
