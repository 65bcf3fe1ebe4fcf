"""The commit is read from the checkout itself, however git keeps it; without one, the package's version counts."""

import pytest

import busyness
from busyness.registry.code_version import _commit, code_version

ID = "0123456789abcdef0123456789abcdef01234567"


def detached(git):
    (git / "HEAD").write_text(f"{ID}\n")


def loose(git):
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "refs" / "heads" / "main").write_text(f"{ID}\n")


def packed(git):
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "packed-refs").write_text(f"# pack-refs\n{'f' * 40} refs/heads/other\n{ID} refs/heads/main\n")


@pytest.mark.parametrize("kept", [detached, loose, packed])
def test_the_commit_is_found(tmp_path, kept):
    (tmp_path / ".git").mkdir()
    kept(tmp_path / ".git")
    assert _commit(tmp_path) == ID


def test_a_second_working_tree_points_home(tmp_path):
    home = tmp_path / "home" / ".git"
    (home / "worktrees" / "two").mkdir(parents=True)
    loose(home)
    (home / "worktrees" / "two" / "HEAD").write_text("ref: refs/heads/main\n")
    (home / "worktrees" / "two" / "commondir").write_text("../..\n")
    tree = tmp_path / "two"
    tree.mkdir()
    (tree / ".git").write_text(f"gitdir: {home / 'worktrees' / 'two'}\n")
    assert _commit(tree) == ID


def test_without_git_there_is_no_commit_and_the_package_counts(tmp_path):
    assert _commit(tmp_path) == ""
    assert code_version().startswith(("commit ", f"package {busyness.__version__}"))
