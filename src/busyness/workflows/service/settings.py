"""What a person decides about the service: small frozen blocks. Secrets come from the environment, never from here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator, model_validator

from busyness.domain.errors import SettingsError
from busyness.workflows.settings import Language

SECRETS: Mapping[str, str] = {
    "state_url": "BUSYNESS_STATE_URL",
    "oidc_client_secret": "BUSYNESS_OIDC_CLIENT_SECRET",
    "webhook_secret": "BUSYNESS_WEBHOOK_SECRET",
    "mail_password": "BUSYNESS_MAIL_PASSWORD",
}
"""What may be secret, and the variable of the environment that holds it."""
HERE = frozenset({"127.0.0.1", "::1", "localhost"})
"""Names of this machine: what goes there passes through no network."""


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WorldSettings(_Block):
    """One world: a folder of releases, or one forecast folder."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$", description="how requests name it: small letters, digits, - _")
    folder: Path = Field(description="of the releases, or of one forecast")
    title: Mapping[Language, str] = Field({}, description="how people read its name, by language")
    clock: AwareDatetime | None = Field(None, description="a time at which its clock stands; none: the real time")
    small_counts: int = Field(0, ge=0, description="a count of people under this is not shown; 0: all are")
    stale_hours: float = Field(48, gt=0, description="a forecast older than this is not taken in place of a fresher one")

    def titled(self, language: Language) -> str:
        """This will return the name to show in a language."""
        return self.title.get(language) or self.name.replace("_", " ").replace("-", " ").capitalize()


class ServerSettings(_Block):
    """Where it listens, and what stands in front of it."""

    host: str = Field("127.0.0.1", description="the address it listens on; 0.0.0.0: all")
    port: int = Field(8080, ge=0, le=65535, description="0: any free one")
    certificate: Path | None = Field(None, description="PEM file of the certificate and its chain")
    key: Path | None = Field(None, description="PEM file of the certificate's key")
    trusted_proxies: tuple[str, ...] = Field((), description="addresses whose X-Forwarded headers are believed")
    public_url: str = Field("", description="what people type, where a proxy stands in front: https://busy.example")
    grace_seconds: float = Field(20, ge=0, description="how long open requests may finish when it stops")

    @model_validator(mode="after")
    def _both(self) -> ServerSettings:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("a certificate and its key go together; give both or none")
        return self


class SecuritySettings(_Block):
    """What is open, and how much one caller may ask."""

    predict_open: bool = Field(False, description="whether POST /predict answers without a key")
    metrics_open: bool = Field(False, description="whether GET /metrics answers without a key")
    requests_per_minute: int = Field(600, ge=0, description="of one key or address; 0: no limit")
    body_megabytes: float = Field(10, gt=0, description="the largest body that is read")
    session_hours: float = Field(12, gt=0, description="how long a browser stays logged in")


class OidcSettings(_Block):
    """The identity provider whose tokens are believed. The client's secret: BUSYNESS_OIDC_CLIENT_SECRET."""

    issuer: str = Field(description="the provider's URL, https")
    audience: str = Field(description="whom its tokens must be for")
    client_id: str = Field("", description="of the dashboard's login; none: tokens of programs only")
    scopes: tuple[str, ...] = Field(("openid", "profile", "email"), description="what the dashboard's login asks for")
    role_claim: str = Field("busyness_role", description="the claim that holds the role")
    worlds_claim: str = Field("busyness_worlds", description="lists the worlds, * for all; '': everybody sees all")
    places_claim: str = Field("busyness_places", description="lists the places, * for all; '': everybody sees all")
    person_claim: str = Field("busyness_person", description="the claim that names the member of staff")
    jwks_url: str = Field("", description="the provider's key set; none: where its openid-configuration says")
    algorithms: tuple[str, ...] = Field(("RS256", "ES256"), description="of the signatures that are taken")
    leeway_seconds: float = Field(30, ge=0, description="how far the clocks may be apart")

    @field_validator("issuer")
    @classmethod
    def _encrypted(cls, url: str) -> str:
        if not encrypted(url):
            raise ValueError("an issuer's URL begins with https://")
        return url.rstrip("/")


class NoticeSettings(_Block):
    """Where notices go besides the page. Secrets: BUSYNESS_WEBHOOK_SECRET (signs), BUSYNESS_MAIL_PASSWORD."""

    webhook: str = Field("", description="URL that gets each notice as signed JSON")
    mail: bool = Field(False, description="whether readers with an address get theirs by e-mail too")
    mail_host: str = Field("", description="SMTP server, with TLS")
    mail_port: int = Field(587, ge=1, le=65535, description="its port")
    mail_user: str = Field("", description="who logs in there")
    mail_from: str = Field("", description="the sender's address")


class MorningRecipient(_Block):
    """Somebody who gets the morning report: of which world and places, and with the plans of which role."""

    email: str = Field(pattern=r"^[^@\s,<>]+@[^@\s,<>]+$", description="their address")
    role: Literal["operations", "inventory", "logistics", "marketing", "finance", "admin"] = Field(
        "operations", description="whose plans they are told of"
    )
    worlds: tuple[str, ...] = Field((), description="none: all")
    places: tuple[str, ...] = Field((), description="none: all")
    language: Language | None = Field(None, description="none: the service's")


class MorningSettings(_Block):
    """The morning report: when, and to whom or where."""

    at: str = Field("06:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="local time of the world's first place")
    mail_to: tuple[str, ...] = Field((), description="addresses that get all of it")
    recipients: tuple[MorningRecipient, ...] = Field((), description="who gets a part of it")
    folder: Path | None = Field(None, description="a folder that gets it as a file")


class JobSettings(_Block):
    """Long work: how many workers, how long a queue, how long each may take."""

    workers: int = Field(1, ge=1, le=8, description="processes beside the one that answers")
    queue: int = Field(32, ge=1, description="jobs that may wait")
    seconds: float = Field(600, gt=0, description="the longest a job may take")
    refresh_at: str = Field(
        "",
        pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$",
        description="local time at which posted counts make a new forecast; '': on request",
    )


class RetentionSettings(_Block):
    """For how many days what people did is kept; older rows go within the hour. What each holds: docs/state.md."""

    replies: int = Field(7, ge=1, description="answers to posts with an idempotency key")
    drafts: int = Field(30, ge=1, description="rosters that were never published")
    notices: int = Field(90, ge=1, description="what people were told")
    ended_keys: int = Field(365, ge=1, description="keys that have ended, without their secret")
    swaps: int = Field(365, ge=1, description="who gave whom a shift")
    proposals: int = Field(730, ge=1, description="intraday proposals and what came of them")
    observations: int = Field(1100, ge=1, description="posted counts")
    overrides: int = Field(1100, ge=1, description="figures set by hand")
    rosters: int = Field(1100, ge=1, description="published rosters")
    audit: int = Field(1100, ge=1, description="the log of decisions, edits and refusals")


class ServiceSettings(_Block):
    """Everything one service needs."""

    worlds: tuple[WorldSettings, ...] = Field((), description="what it serves")
    state: str = Field("sqlite:///busyness-state.db", description="URL of users, keys, edits, audit; or BUSYNESS_STATE_URL")
    language: Language = Field("en", description="of whoever has chosen none: es or en")
    refresh_seconds: float = Field(30, gt=0, description="how often new releases are looked for")
    logs: Literal["json", "text"] = Field("json", description="how log lines are written")
    server: ServerSettings = ServerSettings()
    security: SecuritySettings = SecuritySettings()
    oidc: OidcSettings | None = None
    notices: NoticeSettings = NoticeSettings()
    morning: MorningSettings = MorningSettings()
    jobs: JobSettings = JobSettings()
    retention: RetentionSettings = RetentionSettings()

    @field_validator("worlds")
    @classmethod
    def _once(cls, worlds: tuple[WorldSettings, ...]) -> tuple[WorldSettings, ...]:
        names = [world.name for world in worlds]
        if len(set(names)) != len(names):
            raise ValueError("two worlds have the same name")
        return worlds

    @field_validator("state")
    @classmethod
    def _no_password(cls, url: str) -> str:
        before, at, _ = url.partition("@")
        if at and ":" in before.partition("://")[2]:
            raise ValueError("a password does not belong in a file; put the whole URL into BUSYNESS_STATE_URL")
        return url


def encrypted(url: str) -> bool:
    """This will say whether a URL is safe to send secrets to: https, or a server on this machine.

    >>> encrypted("https://login.example"), encrypted("http://localhost:9000"), encrypted("http://localhost.example")
    (True, True, False)
    """
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)


def secret(name: str, *, environment: Mapping[str, str] | None = None) -> str:
    """This will return a secret of the environment by its name in ``SECRETS``; empty where it is not set.

    ``NAME_FILE`` may name a file that holds it, as container platforms mount them. Raises ``SettingsError`` where that
    file cannot be read.
    """
    environment = os.environ if environment is None else environment
    variable = SECRETS[name]
    file = environment.get(f"{variable}_FILE")
    if not file:
        return environment.get(variable, "")
    try:
        return Path(file).read_text("utf-8").strip()
    except OSError as fault:
        raise SettingsError(f"{variable}_FILE names a file that cannot be read.", hint="Check its path.") from fault
