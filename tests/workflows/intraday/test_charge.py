"""Who is in charge from one call to the next."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from busyness.decisions.intraday.in_charge import GAINS_SCHEMA
from busyness.decisions.intraday.residual import Residual
from busyness.decisions.intraday.towers import fresh_weights
from busyness.domain.errors import ArtifactError
from busyness.workflows.intraday.charge import Case, in_charge
from busyness.workflows.intraday.kept_policy import Charge, Kept, packed_policy, unpacked_policy

DAY, SINCE = date(2026, 4, 1), date(2026, 3, 1)
BETTER, EVEN, WORSE = (np.tile([mean - 1.0, mean + 1.0], 100) for mean in (5.0, 0.0, -5.0))


def charge(who: str = "learned", *, away: bool = False) -> Charge:
    return Charge("K", who, SINCE, 2.0, sent_away=away, reason="So it was.")


def lived(mean: float, count: int = 14) -> pl.DataFrame:
    rows = [(SINCE, 100.0, 100.0 + mean, mean + (-1) ** k, True) for k in range(count)]
    return pl.DataFrame(rows, schema=GAINS_SCHEMA, orient="row")


NONE = lived(0, 0)
AGAIN = "takes over again. It has learned again since. The learned policy saves"
CASES = {
    "new and better": (Case("K", DAY, BETTER), "learned", "saves", DAY),
    "new and even": (Case("K", DAY, EVEN), "lookahead", "No difference", DAY),
    "learned anew": (Case("K", DAY, BETTER, charge("lookahead", away=True), fresh=True), "learned", "saves", DAY),
    "learned anew, was behind": (Case("K", DAY, BETTER, charge(), fresh=True, days=lived(-6)), "learned", AGAIN, DAY),
    "no log, in charge": (Case("K", DAY, WORSE, charge()), "learned", "as it was decided for 2026-03-01", SINCE),
    "no log, not in charge": (Case("K", DAY, BETTER, charge("lookahead")), "lookahead", "as it was decided", SINCE),
    "log, tried again": (Case("K", DAY, BETTER, charge("lookahead"), days=NONE), "learned", "saves", DAY),
    "log, sent away": (Case("K", DAY, BETTER, charge("lookahead", away=True), days=NONE), "lookahead", "Learn again", SINCE),
    "log, no day yet": (Case("K", DAY, EVEN, charge(), days=NONE), "learned", "no whole day", SINCE),
    "log, not behind": (Case("K", DAY, EVEN, charge(), days=lived(0.5)), "learned", "Not behind", SINCE),
    "log, fell behind": (Case("K", DAY, BETTER, charge(), days=lived(-6)), "lookahead", "Fell behind", DAY),
    "log, behind in the trial": (Case("K", DAY, WORSE, charge(), days=lived(0.5)), "lookahead", "is behind", DAY),
}  # fmt: skip


@pytest.mark.parametrize(("case", "who", "says", "since"), CASES.values(), ids=CASES)
def test_who_is_in_charge(case: Case, who: str, says: str, since: date) -> None:
    standing, kept = in_charge(case)
    assert (standing.in_charge, kept.in_charge, kept.since) == (who, who, since)
    assert says in standing.reason
    assert standing.before == (case.kept.in_charge if case.kept else "lookahead")
    fell = "Fell behind" in says or "Learn again" in says
    assert kept.sent_away == fell
    if case.kept is not None and kept is not case.kept and fell:
        assert kept.spread == case.kept.spread


def policy(seed: int = 0) -> Residual:
    sizes = {"about_centre": 7, "about_spread": 7, "centre": 5, "spread": 5}
    scales = {name: np.ones(size, np.float32) for name, size in sizes.items()}
    return Residual(fresh_weights(7, 5, width=4, seed=seed), scales)


def test_a_policy_keeps_who_is_in_charge(tmp_path: Path) -> None:
    file = tmp_path / "learned.npz"
    for kept in (Kept(policy(), charge(away=True)), Kept(policy())):
        file.write_bytes(packed_policy(kept))
        again = unpacked_policy(file)
        assert again.charge == kept.charge
        assert again.version == kept.version
    assert Kept(policy(1)).version != Kept(policy()).version
    for broken in (b"", b"nothing of the kind"):
        file.write_bytes(broken)
        with pytest.raises(ArtifactError, match="holds no learned policy"):
            unpacked_policy(file)
