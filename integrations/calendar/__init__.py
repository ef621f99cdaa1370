"""Calendar files, and where demos are written besides: calendars, rooms, the sales team's books."""
