"""A world's posted counts are read whole, or it is said what to do."""

import polars as pl
import pytest

from busyness.domain.errors import ArtifactError
from busyness.sources.posted_counts import POSTED_COLUMNS, read_posted_counts


def test_more_columns_are_passed_over(tmp_path):
    file = tmp_path / "posted.parquet"
    pl.DataFrame({name: ["x"] for name in (*POSTED_COLUMNS, "more")}).write_parquet(file)
    assert read_posted_counts(file).columns == list(POSTED_COLUMNS)


@pytest.mark.parametrize("content", [None, b"not a table", b""])
def test_a_file_that_is_gone_or_broken_says_what_to_do(tmp_path, content):
    file = tmp_path / "posted.parquet"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ArtifactError, match="cannot be read") as fault:
        read_posted_counts(file)
    assert "--no-posted" in fault.value.hint
