"""Who says who a person is: OIDC issuers and their keys."""
