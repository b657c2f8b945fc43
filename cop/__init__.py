"""The Django project: settings, addresses, the home page."""
