"""What people see of the symposium."""
