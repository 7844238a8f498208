"""Everything that the environment decides, in one frozen value."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """All settings; each is read from ``FIXPOINT_`` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="FIXPOINT_", frozen=True, extra="ignore")

    articles: Path = Field(
        Path("kb/articles"), description="Folder of Markdown articles, below it zh/ and en/."
    )
    state: Path = Field(
        Path(".fixpoint"), description="Folder for what the service writes: index, vector cache."
    )
    encoder: str = Field(
        "packaged",
        description="`packaged`, a folder like the packaged one, or a sentence-transformers name or"
        " folder (needs `[encoders]`).",
    )
    workers: int = Field(2, ge=1, le=64, description="Threads that encode during ingest.")
    qdrant_url: str = Field(
        "", description="URL of a Qdrant server or cluster; empty = embedded engine in `state`."
    )
    qdrant_api_key: SecretStr = Field(SecretStr(""), description="API key of the Qdrant server.")
    qdrant_shards: int = Field(1, ge=1, le=256, description="Shards of a new generation.")
    qdrant_replicas: int = Field(1, ge=1, le=16, description="Copies of each shard.")
    qdrant_timeout_s: float = Field(10.0, gt=0, le=600, description="Seconds to wait for Qdrant.")
    casebook_url: SecretStr = Field(
        SecretStr(""),
        description="`sqlite:///path` or `postgresql://…`; empty = `casebook.sqlite` in `state`.",
    )
    keep_days: int = Field(
        365, ge=1, le=36500, description="Days to keep what customers typed; counts stay."
    )
    host: str = Field("127.0.0.1", description="Address that the service listens on.")
    port: int = Field(
        8000, ge=0, le=65535, description="Port that the service listens on; 0 = any."
    )
    trusted_proxies: str = Field(
        "",
        description="Addresses or networks, with commas, whose `X-Forwarded-For` and "
        "`X-Forwarded-Proto` are believed; empty = nobody's.",
    )
    session_hours: float = Field(
        12.0, gt=0, le=24 * 30, description="Hours until somebody who signed in is signed out."
    )
    search_per_minute: int = Field(
        60,
        ge=1,
        le=1_000_000,
        description="Searches in a minute of one visitor; ten times as many of an address or key.",
    )
    sign_in_per_minute: int = Field(
        10, ge=1, le=1_000_000, description="Attempts to sign in in a minute of one address."
    )
    poll_s: float = Field(
        1.0, gt=0, le=60, description="Seconds between looks for a new generation."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least severe log line."
    )
    log_format: Literal["auto", "text", "json"] = Field(
        "auto", description="`auto` = text on a terminal, else JSON."
    )
    metrics_token: SecretStr = Field(
        SecretStr(""),
        description="What Prometheus shows to read `/metrics`; empty = there is none.",
    )
    max_connections: int = Field(
        500, ge=2, le=100_000, description="Connections at a time; requests on more get 503."
    )
    drain_s: float = Field(
        0.0, ge=0, le=300, description="Seconds to go on answering after SIGTERM, not ready."
    )

    @field_validator("qdrant_url")
    @classmethod
    def _address(cls, url: str) -> str:
        """Refuse what would be looked up as a host's name when it is first needed."""
        parts = urlsplit(url)
        if url and not (parts.scheme in {"http", "https"} and parts.hostname):
            raise ValueError("must be a URL such as http://127.0.0.1:6333, or empty")
        return url

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, text: str) -> str:
        """Refuse what would silently be trusted by nobody, such as a host's name."""
        for each in text.split(",") if text not in {"", "*"} else ():
            try:
                ip_network(each.strip())
            except ValueError:
                raise ValueError(
                    "must be addresses or networks with commas, such as 127.0.0.1, 10.0.0.0/8, or *"
                ) from None
        return text
