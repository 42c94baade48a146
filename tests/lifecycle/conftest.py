"""The profile that the properties use."""

from __future__ import annotations

from tests.properties.profile import use_profile

use_profile()
