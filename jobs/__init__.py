"""What runs by itself: one unit of work a job, every one of them fit to run twice."""
