"""Empty casebooks on the PostgreSQL server that tests may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url


@contextmanager
def a_schema() -> Iterator[str]:
    """The URL of a schema that vanishes after the test; without a server the test is skipped."""
    server = os.environ.get("FIXPOINT_TEST_POSTGRES_URL")
    if not server:
        pytest.skip("needs a PostgreSQL database at FIXPOINT_TEST_POSTGRES_URL")
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE SCHEMA "{name}"')
        url = make_url(server).update_query_dict({"options": f"-csearch_path={name}"})
        yield url.render_as_string(hide_password=False)
        connection.execute(f'DROP SCHEMA "{name}" CASCADE')
