"""Where the files of a deployment are: the same for every process of it."""

from integrations.storage.addresses import storage_at
from server.context import utc_now
from server.keys import Keys
from server.settings import Settings
from services.ports import Storage


def storage_of(settings: Settings, keys: Keys) -> Storage:
    """Return what the settings name; without a word, the folder `uploads` in the data directory."""
    url = settings.storage_url or (settings.data_dir.absolute() / "uploads").as_uri()
    return storage_at(url, public_url=settings.public_url, secret=keys.links, clock=utc_now)
