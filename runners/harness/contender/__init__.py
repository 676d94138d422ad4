"""What a contender is: the interface that each folder beside this one fills."""
