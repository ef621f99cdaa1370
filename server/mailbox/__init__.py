"""The development mailbox: a mail server of our own that keeps what it is sent, and the pages that show it."""
