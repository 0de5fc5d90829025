"""What is ADaM only: parameters, time to event, response."""
