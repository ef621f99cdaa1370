"""What a deployment can set. Read by `server/` alone; everything below receives values."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.splits import DEFAULT_FEE_BPS, HIGHEST_FEE_BPS, LOWEST_FEE_BPS

ROOT = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"


class Settings(BaseSettings):
    """Environment variables by their upper-case names; only the two urls go without the prefix."""

    model_config = SettingsConfigDict(env_prefix="INTERLINE_", extra="ignore")

    database_url: str = Field(validation_alias="DATABASE_URL")
    """`postgresql+asyncpg://…`, PostgreSQL 15 or later."""
    redis_url: str = Field(validation_alias="REDIS_URL")
    """`redis://…` or `unix://…`, Redis 6.2 or later, or Valkey."""
    public_url: str = "http://127.0.0.1:8000"
    """Where callers reach the api: the issuer's name, links in answers, error type urls."""
    shop_url: str = ""
    """Where buyers are, and the one host affiliate links lead to; empty for `public_url`."""
    secret: SecretStr = SecretStr("")
    """Pepper of API-key hashes and root of the derived keys; at least 32 characters."""
    issuers: str = ""
    """Comma-separated OIDC issuer urls besides the development issuer."""
    audience: str = "interline"
    portal_issuer: str = ""
    """Which of several issuers the portal sends people to; empty for the first one, or else the development issuer."""
    portal_client_id: str = "portal"
    """What the portal is registered as at its issuer: a public client, code flow with PKCE, redirects to
    `{public_url}/signed-in` and `{public_url}/silent.html`."""
    authorized_parties: str = ""
    """Comma-separated origins or client ids whose tokens may have `azp` instead of `aud` (Clerk)."""
    development: bool = False
    """Run the development issuer (sign-in without a password) and the sample credentials."""
    rate_limits: bool = True
    allowed_origins: str = ""
    """Comma-separated origins that may call from a browser; the api's own is always allowed."""
    data_dir: Path = ROOT / ".interline"
    storage_url: str = ""
    """Where files are: `file:///folder`, or `s3://bucket?endpoint=…&region=…&prefix=…` with the credentials of the
    environment (`AWS_ACCESS_KEY_ID`, …). Empty for `uploads` in the data directory."""
    workers: int = 1
    """Api processes that `./interline up` and `./interline api` start; 0 for as many as processors."""
    pool_size: int = 10
    statement_timeout_ms: int = 10_000
    request_log_days: int = 30
    metrics_public: bool = False
    """Answer `/metrics` to every address; else to this machine and private networks only."""
    smtp_url: SecretStr = SecretStr("")
    """`smtp://user:password@host:587?starttls=true` or `smtps://…`; empty: mails wait until there is one.
    `./interline up` then runs a server of its own, whose mails are shown at `/mailbox`."""
    mail_from: str = "Interline <no-reply@localhost>"
    """Who mails are from: `Name <address>`."""
    mail_reply_to: str = ""
    """A mailbox that people read: for answers, and for whoever wants no more notices."""
    mail_domain: str = "interline.test"
    """Below it every partner has a host: `partner@{subdomain}.{MAIL_DOMAIN}`. Its MX leads to whoever posts what comes
    in to `/webhooks/inbound-mail`."""
    mail_admin: str = ""
    """Where the platform reads introductions along; empty for `admin` at the mail domain."""
    mail_opens: bool = False
    """Count who opens a mail of an introduction, beside who clicks in it."""
    sendgrid_key: SecretStr = SecretStr("")
    """`SG.…`: mails go out by SendGrid's API, and not by SMTP."""
    sendgrid_api_base: str = "https://api.sendgrid.com"
    mail_webhook_key: str = ""
    """The verification key of the signed webhooks, as SendGrid shows it; empty: nothing signed is believed."""
    inbound_mail_secret: SecretStr = SecretStr("")
    """Who posts mails that come in knows it: `/webhooks/inbound-mail/{secret}`, or as a password of the address."""
    fee_bps: int = Field(default=DEFAULT_FEE_BPS, ge=LOWEST_FEE_BPS, le=HIGHEST_FEE_BPS)
    """The platform's fee of each sale, in basis points; what is sold already keeps its own."""
    stripe_api_base: str = ""
    """Where Stripe is; empty for Stripe itself. `./interline up` runs a server of its own that speaks as Stripe does."""
    stripe_test_key: SecretStr = SecretStr("")
    """`sk_test_…`: pays for TEST. Without a key nothing is paid for in an environment."""
    stripe_live_key: SecretStr = SecretStr("")
    """`sk_live_…`: pays for LIVE."""
    stripe_test_webhook_secrets: SecretStr = SecretStr("")
    """Comma-separated `whsec_…`, newest first: several while one is rotated, and for several endpoints."""
    stripe_live_webhook_secrets: SecretStr = SecretStr("")
    otlp_endpoint: str = ""
    """Where traces go; empty for none."""
    log_format: str = "json"
