"""Everything that the environment decides, in one frozen value."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
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
        description="`packaged`, or a sentence-transformers name or folder (needs `[encoders]`).",
    )
    workers: int = Field(2, ge=1, le=64, description="Threads that encode during ingest.")
    qdrant_url: str = Field(
        "", description="URL of a Qdrant server or cluster; empty = embedded engine in `state`."
    )
    qdrant_api_key: SecretStr = Field(SecretStr(""), description="API key of the Qdrant server.")
    qdrant_shards: int = Field(1, ge=1, le=256, description="Shards of a new generation.")
    qdrant_replicas: int = Field(1, ge=1, le=16, description="Copies of each shard.")
    qdrant_timeout_s: float = Field(10.0, gt=0, le=600, description="Seconds to wait for Qdrant.")
    host: str = Field("127.0.0.1", description="Address that the service listens on.")
    port: int = Field(
        8000, ge=0, le=65535, description="Port that the service listens on; 0 = any."
    )
    poll_s: float = Field(
        1.0, gt=0, le=60, description="Seconds between looks for a new generation."
    )
    log_level: str = Field(
        "INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least severe log line."
    )
