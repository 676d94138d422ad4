"""The gate tested by planted defects: what it sees, what it lets pass, whom it accuses falsely."""
