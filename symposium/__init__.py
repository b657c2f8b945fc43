"""The annual symposium, from call for proposals to certificate."""
