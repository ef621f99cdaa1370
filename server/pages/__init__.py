"""The pages a person reads in a browser: plain HTML files with a few marked places."""
