"""The house rules as tests: budgets, names, floors, and what may not stand in a file. ARCHITECTURE.md says why."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "busyness"
FILE_LINES, FUNCTION_LINES, INIT_LINES = 400, 60, 40
PARAMETERS, POSITIONAL, OPTIONS_AFTER = 7, 3, 2
BANNED = frozenset(["utils", "helpers", "common", "misc", "manager", "core", "base", "df", "data", "res", "tmp"])
LATE_IMPORTS = {
    *(f"workflows/wiring/{name}.py" for name in ("readers", "members", "restored", "state")),
    "interfaces/cli/loader.py",
}
NOT_OURS = {"demo", "dist", "out", "shared", "__pycache__", "node_modules"}
# Written in two halves, so that this file does not hold what it forbids.
UNFINISHED = re.compile(rf"\b({'TO' + 'DO'}|{'FIX' + 'ME'}|{'X' + 'XX'}|{'NotImplemented' + 'Error'})\b")
REGISTRIES = ["py" + "pi.org", "py" + "pi.python", "python" + "hosted", "ana" + "conda.org", "npm" + "js", "crates" + ".io"]
MACHINE_PATHS = re.compile(rf"(?<![\w.~}}])/({'wo' + 'rk'}|{'ro' + 'ot'}|{'ho' + 'me'}|{'Us' + 'ers'})/\w")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tracked() -> tuple[Path, ...]:
    """This will list the project's own files: git's view, or a walk where there is no git."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout.decode()
        files = [ROOT / name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        files = []
        for folder, inside, names in os.walk(ROOT):
            made = NOT_OURS if Path(folder) in {ROOT, ROOT / "benchmarks"} else {"__pycache__"}
            inside[:] = [d for d in inside if d not in made and (d[0] != "." or d in {".ci", ".github"})]
            files += [Path(folder, name) for name in names]
    return tuple(sorted(path for path in files if path.is_file() and path.suffix != ".pyc"))


@cache
def text_of(path: Path) -> str:
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", errors="replace")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path), str(path))


def python_files(*folders: str) -> Iterator[Path]:
    """This will yield the Python files under these folders of the repository, or all of them."""
    for path in tracked():
        place = path.relative_to(ROOT)
        if path.suffix == ".py" and (not folders or place.parts[0] in folders):
            yield path


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, Function):
            yield node


def at(path: Path, node: ast.AST | None = None) -> str:
    line = f":{node.lineno}" if isinstance(node, ast.stmt | ast.expr | ast.arg | ast.alias | ast.keyword) else ""
    return f"{path.relative_to(ROOT).as_posix()}{line}"


def none(offences: list[str], rule: str) -> None:
    if offences:
        pytest.fail("\n  ".join([rule, *offences]), pytrace=False)


# ---- sizes -----------------------------------------------------------------------------------------------------------


def test_no_file_is_longer_than_its_budget() -> None:
    sizes = {path: text_of(path).count("\n") for path in python_files()}
    long = [f"{at(path)}: {lines} lines" for path, lines in sizes.items() if lines > FILE_LINES]
    none(long, f"A file holds one thing, in at most {FILE_LINES} lines; give the second thing a file of its own:")


def test_no_function_is_longer_than_its_budget() -> None:
    long = []
    for path in python_files():
        for node in functions(path):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                long.append(f"{at(path, node)} {node.name}: {lines} lines")
    none(long, f"A function has at most {FUNCTION_LINES} lines; name its steps and make them functions:")


def by_position(node: Function) -> list[ast.arg]:
    given = node.args.posonlyargs + node.args.args
    return given[1:] if given and given[0].arg in {"self", "cls"} else given


def test_no_function_has_too_many_parameters() -> None:
    many = []
    for path in python_files("src"):
        if "interfaces/cli/" in at(path):
            continue  # a command's signature is its list of options
        for node in functions(path):
            count = len(by_position(node)) + len(node.args.kwonlyargs)
            if count > PARAMETERS:
                many.append(f"{at(path, node)} {node.name}: {count} parameters")
    none(many, f"A function has at most {PARAMETERS} parameters; some of these belong together in a frozen dataclass:")


def test_options_are_given_by_keyword() -> None:
    loose = []
    for path in python_files("src"):
        if "interfaces/cli/" in at(path):
            continue
        for node in functions(path):
            given = by_position(node)
            required = len(given) - len(node.args.defaults)
            if len(given) > max(required, OPTIONS_AFTER):
                loose.append(
                    f"{at(path, node)} {node.name}: {', '.join(a.arg for a in given[max(required, OPTIONS_AFTER) :])}"
                )
            elif len(given) > POSITIONAL and not node.name.startswith("_"):
                loose.append(f"{at(path, node)} {node.name}: {', '.join(a.arg for a in given[OPTIONS_AFTER:])}")
    none(loose, "Nobody remembers the fourth position; put a * before these, so that the caller has to name them:")


def test_an_init_file_holds_a_docstring_and_no_logic() -> None:
    wrong = []
    for path in python_files("src"):
        if path.name != "__init__.py":
            continue
        tree = tree_of(path)
        if not ast.get_docstring(tree):
            wrong.append(f"{at(path)}: say in one sentence what this room is for")
        if text_of(path).count("\n") > INIT_LINES:
            wrong.append(f"{at(path)}: more than {INIT_LINES} lines")
        lazy = path.parent == SOURCE  # the package's front door may load what is asked for when it is asked for
        for node in tree.body:
            plain = isinstance(node, ast.Import | ast.ImportFrom | ast.Assign | ast.AnnAssign | ast.Expr)
            if not (plain or (lazy and isinstance(node, ast.FunctionDef | ast.If))):
                wrong.append(f"{at(path, node)}: logic belongs in a file with a name")
    none(wrong, "An __init__.py says what the folder is for, and nothing more:")


# ---- names -----------------------------------------------------------------------------------------------------------


def bound_names(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """This will yield every name that a module gives to something, with where."""
    for node in ast.walk(tree):
        if isinstance(node, Function | ast.ClassDef):
            yield node.name, node
        elif isinstance(node, ast.arg):
            yield node.arg, node
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr, node
        elif isinstance(node, ast.alias) and node.asname:
            yield node.asname, node


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    vague = [at(path) for path in python_files("src") if BANNED & set(path.relative_to(SOURCE).with_suffix("").parts)]
    none(vague, "A file is named after the one thing it holds:")


def test_no_identifier_has_a_name_that_says_nothing() -> None:
    empty = re.compile(r"(Manager|Helpers?|Utils?|Misc)$")
    vague = [
        f"{at(path, node)} {name}"
        for path in python_files("src")
        for name, node in bound_names(tree_of(path))
        if name in BANNED or (name[:1].isupper() and empty.search(name))
    ]
    none(vague, f"Name the thing by the field's own word (GLOSSARY.md), not {', '.join(sorted(BANNED))}:")


def documented(path: Path) -> Iterator[tuple[str, Function | ast.ClassDef]]:
    """This will yield what others may call: public functions, classes, and the public methods of these."""
    for node in tree_of(path).body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name, node
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, Function) and not inner.name.startswith("_"):
                        yield f"{node.name}.{inner.name}", inner


def test_everything_public_has_a_docstring() -> None:
    silent = [
        f"{at(path, node)} {name}"
        for path in python_files("src")
        if not path.name.startswith("__main__")
        for name, node in documented(path)
        if not ast.get_docstring(node)
    ]
    none(silent, "A docstring is the contract; these have none:")


# ---- imports ---------------------------------------------------------------------------------------------------------


def imported(node: ast.AST) -> list[str]:
    """This will return the modules that a statement imports; a relative import counts as our own."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return ["busyness" if node.level else node.module or ""]
    return []


def test_nothing_imports_or_allows_a_pickle() -> None:
    picklers = {"pickle", "cPickle", "cloudpickle", "dill", "joblib", "shelve"}
    found = []
    for path in python_files():
        for node in ast.walk(tree_of(path)):
            names = sorted(picklers & {name.split(".")[0] for name in imported(node)})
            if names:
                found.append(f"{at(path, node)} imports {', '.join(names)}")
            if isinstance(node, ast.keyword) and node.arg == "allow_pickle" and ast.unparse(node.value) != "False":
                found.append(f"{at(path, node)} allow_pickle")
    none(found, "No pickles on disk (docs/decisions/0005): JSON, the library's own text format, npz:")


def test_own_modules_are_imported_at_the_top() -> None:
    late = []
    for path in python_files("src"):
        if path.relative_to(SOURCE).as_posix() in LATE_IMPORTS:
            continue
        for function in functions(path):
            ours = [n for n in ast.walk(function) if any(name.split(".")[0] == "busyness" for name in imported(n))]
            late += [f"{at(path, node)} in {function.name}" for node in ours]
        if path != SOURCE / "__init__.py" and re.search(r"\bimport_module\(|\b__import__\(", text_of(path)):
            late.append(f"{at(path)} imports a module by its name")
    none(late, f"An import inside a function hides a loop; only {' and '.join(sorted(LATE_IMPORTS))} may choose late:")


def test_imports_go_down_the_floors_without_exceptions() -> None:
    settings = tomllib.loads(text_of(ROOT / "pyproject.toml"))["tool"]["importlinter"]
    for contract in settings["contracts"]:
        assert not contract.get("ignore_imports"), f"'{contract['name']}' has exceptions: move what is in the way instead."
    layers = [contract for contract in settings["contracts"] if contract["type"] == "layers"]
    assert layers, "pyproject.toml says nothing of the floors."
    assert all(contract.get("exhaustive") for contract in layers), "The floors have to name every room."
    run = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    answer = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    none([answer.stdout + answer.stderr] if answer.returncode else [], "An import goes up, or sideways:")


# ---- what may not stand in a file ------------------------------------------------------------------------------------


def lines_with(find: Callable[[str], object], files: Iterator[Path] | tuple[Path, ...]) -> list[str]:
    return [
        f"{at(path)}:{number}: {line.strip()[:100]}"
        for path in files
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if find(line)
    ]


def test_nothing_is_left_unfinished() -> None:
    none(lines_with(UNFINISHED.search, python_files()), "Finish it, or write an issue:")


def test_no_example_is_switched_off() -> None:
    off = "+" + "SKIP"
    none(
        lines_with(lambda line: off in line, python_files("src")), "An example in a docstring runs, or it is not an example:"
    )


def test_no_file_names_a_package_registry() -> None:
    found = lines_with(lambda line: any(host in line for host in REGISTRIES), tracked())
    locks = tuple(path for path in tracked() if path.parent.name == "locks" and path.suffix == ".txt")
    found += lines_with(lambda line: "://" in line or line.startswith(("--index", "--extra-index", "--find-links")), locks)
    none(found, "Where packages come from is the machine's choice; no file of the project names it:")


def test_no_file_names_a_path_of_one_machine() -> None:
    here = f"{ROOT}/"
    found = lines_with(lambda line: here in line or MACHINE_PATHS.search(line), tracked())
    none(found, "Paths are relative to the repository, or come from an option or the environment:")


# ---- locks and documents ---------------------------------------------------------------------------------------------


def pins(name: str) -> dict[str, set[str]]:
    """This will return the locked versions of every package in a lock file (several where systems differ)."""
    pinned: dict[str, set[str]] = {}
    for found in re.finditer(
        r"^([A-Za-z0-9._-]+)==([^ ;\\\n]+)([^\n]*\\\n\s+--hash=sha256:)?", text_of(ROOT / "locks" / name), re.M
    ):
        assert found.group(3), f"locks/{name}: {found.group(1)} has no hash; run make lock."
        pinned.setdefault(canonicalize_name(found.group(1)), set()).add(found.group(2))
    return pinned


def test_the_locks_hold_what_pyproject_asks_for() -> None:
    settings = tomllib.loads(text_of(ROOT / "pyproject.toml"))
    project = settings["project"]
    asked = {"core.txt": list(project["dependencies"])}
    asked["dev.txt"] = (
        asked["core.txt"] + project["optional-dependencies"]["decomposition"] + settings["dependency-groups"]["dev"]
    )
    stale = []
    for name, requirements in asked.items():
        locked = pins(name)
        for requirement in map(Requirement, requirements):
            versions = locked.get(canonicalize_name(requirement.name), set())
            if not versions or not all(requirement.specifier.contains(v, prereleases=True) for v in versions):
                stale.append(f"locks/{name}: {requirement} is asked for, locked is {', '.join(versions) or 'nothing'}")
    none(stale, "The locks are older than pyproject.toml; run make lock:")


def test_every_environment_has_the_same_versions_of_the_core() -> None:
    core = pins("core.txt")
    apart = [
        f"locks/dev.txt: {name} {versions}"
        for name, versions in pins("dev.txt").items()
        if core.get(name, versions) != versions
    ]
    none(apart, "What is tested has to be what is shipped; run make lock:")


def test_the_version_is_said_once_and_the_same() -> None:
    version = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]["version"]
    assert f'__version__ = "{version}"' in text_of(SOURCE / "__init__.py"), f"busyness.__version__ is not {version}."
    assert f"## [{version}]" in text_of(ROOT / "CHANGELOG.md"), f"CHANGELOG.md has no section for {version}."


@pytest.mark.parametrize("what", ["source", "feature", "model", "policy"])
def test_contributing_takes_at_most_eight_steps(what: str) -> None:
    section = re.search(rf"^## Add a {what}\n(.*?)(?=^## |\Z)", text_of(ROOT / "CONTRIBUTING.md"), re.M | re.S)
    assert section, f"CONTRIBUTING.md does not say how to add a {what}."
    steps = re.findall(r"^\d+\. ", section.group(1), re.M)
    assert 1 <= len(steps) <= 8, f"Adding a {what} takes {len(steps)} steps; eight are too many already."


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda page: page.stem)
def test_a_decision_says_why_and_what_follows(page: Path) -> None:
    missing = [heading for heading in ("## Context", "## Decision", "## Consequences") if heading not in text_of(page)]
    assert not missing, f"{at(page)} lacks {', '.join(missing)}."
    assert re.search(r"^Date: \d{4}-\d{2}-\d{2}$", text_of(page), re.M), f"{at(page)} has no date."
