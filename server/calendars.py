"""What writes demos as calendars read them, as the settings say who invites."""

from domain.calendar_entries import Attendee
from integrations.calendar.local import MailedCalendar
from integrations.mail.writing import sender_of
from server.keys import Keys
from server.settings import Settings

UNSET = MailedCalendar(
    Attendee("Interline", "no-reply@localhost"), mail_domain="localhost", public_url="", secret=b""
)
"""For processes without settings."""


def calendar_of(settings: Settings, keys: Keys) -> MailedCalendar:
    """Return it for a deployment. Raises ValueError for settings that make no sense."""
    sender = sender_of(settings.mail_from, public_url=settings.public_url)
    return MailedCalendar(
        Attendee(sender.name, sender.address),
        mail_domain=settings.mail_domain.lower(),
        public_url=settings.public_url,
        secret=keys.links,
    )
