"""Virtual Town Meetings and sessions of a group; django-scheduler is leaned on only here."""
