"""What contenders say to a user's mistakes."""
