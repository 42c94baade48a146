"""Which database a command works on."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partnerships.doors.cli.failures import Failure

if TYPE_CHECKING:
    from partnerships import Policy, Service, Settings

VARIABLE = "PARTNERSHIPS_DATABASE"
SETTINGS_VARIABLE = "PARTNERSHIPS_SETTINGS"
PREFIX_VARIABLE = "PARTNERSHIPS_TABLE_PREFIX"
SCHEMA_VARIABLE = "PARTNERSHIPS_SCHEMA"


def default_file() -> Path:
    """Return the SQLite file in the user's data directory."""
    from platformdirs import user_data_path

    return user_data_path("partnerships", appauthor=False) / "partnerships.sqlite"


def database_url(given: str | None) -> str:
    """Return the database's URL: `given`, else `$PARTNERSHIPS_DATABASE`, else the default file.

    `given` is a URL or the path of an SQLite file.
    """
    chosen = given or os.environ.get(VARIABLE) or str(default_file())
    if "://" in chosen:
        return chosen
    return "sqlite:///" + str(Path(chosen).expanduser().absolute())


def house_policy() -> Policy:
    """Return the policy under the house's settings: those of the JSON file `$PARTNERSHIPS_SETTINGS`, if any.

    Raises `Failure` for a file that cannot be read, naming every setting that is wrong.
    """
    from dataclasses import replace

    from partnerships import POLICY_1_1

    named = os.environ.get(SETTINGS_VARIABLE)
    if not named:
        return POLICY_1_1
    return replace(POLICY_1_1, settings=read_settings(Path(named).expanduser()))


def read_settings(file: Path) -> Settings:
    """Read a JSON file of settings; raises `Failure` that names all that is wrong with it."""
    from partnerships import PartnershipsError, Settings

    try:
        return Settings.from_json(json.loads(file.read_text("utf-8")))
    except OSError as error:
        why = str(error.strerror)
    except UnicodeDecodeError:
        why = "it is not UTF-8"
    except json.JSONDecodeError as error:
        why = f"it is not JSON: {error}"
    except RecursionError:
        why = "it is nested too deeply"
    except (ValueError, PartnershipsError) as error:
        why = str(error)
    raise Failure(f"the settings in {file} cannot be used: {why}")


def place() -> dict[str, str]:
    """Return where the tables live, for `open_service`: what the environment names, else its defaults."""
    named = {
        "table_prefix": os.environ.get(PREFIX_VARIABLE),
        "schema": os.environ.get(SCHEMA_VARIABLE),
    }
    return {option: value for option, value in named.items() if value}


def opened(given: str | None, *, create: bool = False) -> Service:
    """Return the service on the database that `given` names (see `database_url`).

    With `create`, an absent SQLite file is made, its folder too, and pending migrations are run. Raises
    `NoDatabase` when there is none to read, and `BadRequest` for a table prefix or a schema that cannot be.
    """
    from partnerships import open_service

    url, policy = database_url(given), house_policy()
    where: dict[str, Any] = place()
    return open_service(url, create=create, policy=policy, door="command-line", **where)
