"""Windows names of time zones: Reply's schedules take these only, while people and agents know the IANA ones."""

from __future__ import annotations

import difflib

_ZONES = {
    "UTC": "Etc/UTC Etc/GMT UTC GMT",
    "GMT Standard Time": "Europe/London Europe/Dublin Europe/Lisbon",
    "W. Europe Standard Time": "Europe/Berlin Europe/Amsterdam Europe/Rome Europe/Vienna Europe/Zurich "
    "Europe/Stockholm Europe/Oslo",
    "Romance Standard Time": "Europe/Paris Europe/Madrid Europe/Brussels Europe/Copenhagen",
    "Central Europe Standard Time": "Europe/Budapest Europe/Prague Europe/Belgrade Europe/Bratislava Europe/Ljubljana",
    "Central European Standard Time": "Europe/Warsaw Europe/Zagreb Europe/Sarajevo",
    "GTB Standard Time": "Europe/Athens Europe/Bucharest",
    "FLE Standard Time": "Europe/Kyiv Europe/Kiev Europe/Helsinki Europe/Riga Europe/Sofia "
    "Europe/Tallinn Europe/Vilnius",
    "Turkey Standard Time": "Europe/Istanbul",
    "Russian Standard Time": "Europe/Moscow",
    "Israel Standard Time": "Asia/Jerusalem Asia/Tel_Aviv",
    "South Africa Standard Time": "Africa/Johannesburg",
    "Egypt Standard Time": "Africa/Cairo",
    "W. Central Africa Standard Time": "Africa/Lagos",
    "E. Africa Standard Time": "Africa/Nairobi",
    "Arab Standard Time": "Asia/Riyadh Asia/Kuwait",
    "Arabian Standard Time": "Asia/Dubai",
    "Pakistan Standard Time": "Asia/Karachi",
    "India Standard Time": "Asia/Kolkata Asia/Calcutta",
    "SE Asia Standard Time": "Asia/Bangkok Asia/Jakarta Asia/Ho_Chi_Minh",
    "China Standard Time": "Asia/Shanghai Asia/Hong_Kong",
    "Singapore Standard Time": "Asia/Singapore Asia/Manila Asia/Kuala_Lumpur",
    "Taipei Standard Time": "Asia/Taipei",
    "Tokyo Standard Time": "Asia/Tokyo",
    "Korea Standard Time": "Asia/Seoul",
    "AUS Eastern Standard Time": "Australia/Sydney Australia/Melbourne",
    "E. Australia Standard Time": "Australia/Brisbane",
    "Cen. Australia Standard Time": "Australia/Adelaide",
    "W. Australia Standard Time": "Australia/Perth",
    "New Zealand Standard Time": "Pacific/Auckland",
    "Eastern Standard Time": "America/New_York America/Toronto America/Detroit US/Eastern",
    "Central Standard Time": "America/Chicago America/Winnipeg US/Central",
    "Central Standard Time (Mexico)": "America/Mexico_City",
    "Mountain Standard Time": "America/Denver America/Edmonton US/Mountain",
    "US Mountain Standard Time": "America/Phoenix",
    "Pacific Standard Time": "America/Los_Angeles America/Vancouver US/Pacific",
    "Alaskan Standard Time": "America/Anchorage",
    "Hawaiian Standard Time": "Pacific/Honolulu",
    "Atlantic Standard Time": "America/Halifax",
    "Newfoundland Standard Time": "America/St_Johns",
    "SA Pacific Standard Time": "America/Bogota America/Lima",
    "Pacific SA Standard Time": "America/Santiago",
    "E. South America Standard Time": "America/Sao_Paulo",
    "Argentina Standard Time": "America/Buenos_Aires America/Argentina/Buenos_Aires",
}
_WINDOWS = {iana.casefold(): windows for windows, names in _ZONES.items() for iana in names.split()}


def iana_zone(name: str) -> str | None:
    """An IANA name of the zone with this Windows name; None where it is not known here."""
    found = _ZONES.get(name.strip())
    return found.split()[0] if found else None


def windows_zone(name: str) -> str:
    """The Windows name of a zone: an IANA name of a larger place is translated, anything else passes as it is.

    Raises:
        ValueError: for an IANA name that is not known here.
    """
    found = _WINDOWS.get(name.strip().casefold())
    if found or "/" not in name:
        return found or name.strip()
    near = difflib.get_close_matches(name.casefold(), list(_WINDOWS), n=2, cutoff=0.6)
    hint = ", ".join(f'"{_WINDOWS[one]}"' for one in near) or '"W. Europe Standard Time"'
    raise ValueError(f'Reply takes Windows names of time zones such as {hint}, not "{name}"')
