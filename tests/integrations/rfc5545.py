"""A reader of calendar files of its own, after RFC 5545's grammar (§3.1, §3.2): it knows nothing of the writer's library."""

import re
from dataclasses import dataclass, field

NAME = re.compile(r"[A-Z][A-Z0-9-]*", re.ASCII)
PARAMETER = re.compile(r';([A-Z][A-Z0-9-]*)=("[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*)')
UTC = re.compile(r"\d{8}T\d{6}Z", re.ASCII)
ONCE = ("UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY", "ORGANIZER", "TRANSP")
"""What an event has exactly once here (§3.6.1; RFC 5546 §3.2.2 asks for the organizer and the sequence)."""


@dataclass(frozen=True)
class Line:
    name: str
    parameters: dict[str, str]
    value: str


@dataclass
class Component:
    name: str
    lines: list[Line] = field(default_factory=list)
    parts: list["Component"] = field(default_factory=list)

    def values(self, name: str) -> list[str]:
        return [each.value for each in self.lines if each.name == name]

    def value(self, name: str) -> str:
        (value,) = self.values(name)
        return value


def read(file: bytes) -> Component:
    """Read a file; AssertionError for what the grammar forbids."""
    assert file.endswith(b"\r\n")
    raw = file[:-2].split(b"\r\n")
    for each in raw:
        assert b"\r" not in each, each
        assert b"\n" not in each, each
        assert len(each) <= 75, each
        # A fold is between characters, never within one: mail programs that decode line by line exist.
        each.decode("utf-8")
    unfolded = re.sub(rb"\r\n[ \t]", b"", file[:-2]).decode("utf-8").split("\r\n")
    assert not raw[0].startswith((b" ", b"\t"))
    return _component(iter(map(_line, unfolded)))


def checked_event(file: bytes) -> tuple[Component, Component]:
    """Read a file of one event and check what RFC 5545 and 5546 ask of it; return the calendar and the event."""
    calendar = read(file)
    assert calendar.name == "VCALENDAR"
    assert calendar.value("VERSION") == "2.0"
    assert calendar.value("PRODID")
    assert calendar.value("METHOD") in {"REQUEST", "CANCEL"}
    (event,) = calendar.parts
    assert event.name == "VEVENT"
    for name in ONCE:
        assert len(event.values(name)) == 1, name
    for name in ("DTSTAMP", "DTSTART", "DTEND"):
        assert UTC.fullmatch(event.value(name)), name
        (line,) = [each for each in event.lines if each.name == name]
        assert "TZID" not in line.parameters
    assert event.value("DTSTART") < event.value("DTEND")
    assert event.value("SEQUENCE").isdigit()
    expected = "CANCELLED" if calendar.value("METHOD") == "CANCEL" else "CONFIRMED"
    assert event.value("STATUS") == expected
    assert event.value("ORGANIZER").startswith("mailto:")
    assert all(each.startswith("mailto:") for each in event.values("ATTENDEE"))
    assert event.values("ATTENDEE")
    return calendar, event


def _line(text: str) -> Line:
    found = NAME.match(text)
    assert found, text
    name, rest = found[0], text[found.end() :]
    parameters = {}
    while parameter := PARAMETER.match(rest):
        assert parameter[1] not in parameters, text
        parameters[parameter[1]] = parameter[2].strip('"')
        rest = rest[parameter.end() :]
    assert rest.startswith(":"), text
    assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", rest), text
    return Line(name, parameters, rest[1:])


def _component(lines) -> Component:
    first = next(lines)
    assert first.name == "BEGIN"
    component = _rest(Component(first.value), lines)
    assert next(lines, None) is None
    return component


def _rest(component: Component, lines) -> Component:
    for line in lines:
        if line.name == "END":
            assert line.value == component.name
            return component
        if line.name == "BEGIN":
            component.parts.append(_rest(Component(line.value), lines))
        else:
            component.lines.append(line)
    raise AssertionError(f"{component.name} does not end")
