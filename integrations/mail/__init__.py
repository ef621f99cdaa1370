"""Mail: written from templates in five languages, and handed to a server that speaks SMTP."""
