"""The service's settings: small, checked, without secrets."""

import pytest
from pydantic import ValidationError

from busyness.domain.errors import SettingsError
from busyness.workflows.config import read_settings
from busyness.workflows.service.settings import SECRETS, ServiceSettings, secret


def written(tmp_path, text):
    file = tmp_path / "service.yaml"
    file.write_text(text)
    return file


def test_a_whole_file_is_read(tmp_path):
    text = """
worlds:
  - {name: scooters, folder: worlds/scooters, clock: "2020-09-10T08:00:00-05:00", title: {es: Patinetes}}
  - {name: couriers, folder: worlds/couriers, small_counts: 5}
server: {port: 9696}
security: {predict_open: true}
language: es
"""
    found = read_settings(written(tmp_path, text), ServiceSettings)
    scooters, couriers = found.worlds
    assert scooters.clock.isoformat() == "2020-09-10T08:00:00-05:00"
    assert (scooters.titled("es"), scooters.titled("en"), couriers.small_counts) == ("Patinetes", "Scooters", 5)
    assert found.server.port == 9696
    assert found.server.host == "127.0.0.1"
    assert found.security.predict_open
    assert not ServiceSettings().security.predict_open


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("worlds:\n  - name: a\n    folder: x\n    foldr: y\n", "line 4.*known here are.*folder.*Did you mean 'folder'"),
        ("server:\n  prt: 1\n", "line 2.*Did you mean 'port'"),
        ("oidc:\n  issuer: https://x\n  audience: a\n  clientid: b\n", "line 4.*client_id"),
        ("oidc: {issuer: 'http://x', audience: a}", "https"),
        ("server: {certificate: a.pem}", "go together"),
        ("worlds: [{name: a, folder: x}, {name: a, folder: y}]", "same name"),
        ("worlds: [{name: 'A b', folder: x}]", "name"),
        ("state: 'postgresql+psycopg://me:secret@db/busy'", "BUSYNESS_STATE_URL"),
        ("worlds: [{name: a, folder: x, clock: 2020-09-10T08:00:00}]", "clock"),
        ("morning: {at: '25:00'}", "morning.at"),
    ],
)
def test_a_mistake_is_named(tmp_path, text, said):
    with pytest.raises(SettingsError, match=r"(?s)" + said) as fault:
        read_settings(written(tmp_path, text), ServiceSettings)
    assert "secret" not in str(fault.value)


def test_secrets_come_from_the_environment(tmp_path):
    file = tmp_path / "mounted"
    file.write_text("from a file\n")
    assert secret("mail_password", environment={"BUSYNESS_MAIL_PASSWORD": "x"}) == "x"
    assert secret("mail_password", environment={"BUSYNESS_MAIL_PASSWORD_FILE": str(file)}) == "from a file"
    assert secret("mail_password", environment={}) == ""
    with pytest.raises(SettingsError, match="BUSYNESS_MAIL_PASSWORD_FILE"):
        secret("mail_password", environment={"BUSYNESS_MAIL_PASSWORD_FILE": str(tmp_path / "none")})


def test_no_setting_holds_a_secret():
    names = str(ServiceSettings.model_json_schema())
    assert not [name for name in SECRETS if name != "state_url" and f"'{name}'" in names]


def test_settings_do_not_change():
    with pytest.raises(ValidationError):
        ServiceSettings().language = "es"
