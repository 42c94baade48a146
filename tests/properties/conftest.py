"""The properties' own profile."""

from __future__ import annotations

from tests.properties.profile import use_profile

use_profile()
