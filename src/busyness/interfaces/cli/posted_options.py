"""The options of commands that also read the counts that were posted to the service."""

from __future__ import annotations

from typing import Annotated

import typer

Posted = Annotated[
    bool,
    typer.Option("--posted/--no-posted", help="Whether counts that were posted to the service are read beside the files."),
]
State = Annotated[
    str,
    typer.Option(
        "--state", envvar=["BUSYNESS_STATE", "BUSYNESS_STATE_URL"], show_default=False,
        help="Where the service keeps them: file or URL. Default: busyness-state.db here, if it is there.",
    ),
]  # fmt: skip
PostedTo = Annotated[
    str, typer.Option(help="The world's name in the service. Default: the folder's name.", show_default=False)
]
