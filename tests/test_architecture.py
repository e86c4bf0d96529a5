"""The house: imports go one way, and each heavy library has one room."""

import ast
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[1] / "engine"
ROOMS = (
    "errors",
    "definitions",
    "machine_svg",
    "machine",
    "engines",
    "events",
    "kpis",
    "rules",
    "plan",
    "workspace",
    "audit",
    "pipeline",
    "history",
    "render",
    "draft",
    "demo",
    "starter",
    "bdd",
    "pull",
    "cli",
)
KEEPERS = {
    "yaml": ("definitions/document.py",),
    "pydantic": ("definitions/document.py",),
    "pydantic_core": ("definitions/document.py",),
    "duckdb": ("engines/duckdb.py",),
    "jinja2": ("render/",),
    "markupsafe": ("render/",),
    "rich": ("render/", "cli.py"),
    "click": ("cli.py",),
    "transitions": ("machine.py",),
    "pytest": ("bdd/",),
    "pytest_bdd": ("bdd/",),
    "gherkin": ("bdd/",),
    "lxml": ("events/",),
    "python_calamine": ("events/",),
    "xlsxwriter": ("render/",),
    "holidays": ("kpis/calendar", "definitions/"),
    "httpx": ("pull/wire.py",),
}
MODULES = sorted(path for path in ENGINE.rglob("*.py") if "library" not in path.parts)


def imports(path: Path) -> list[str]:
    """Full names of all that a module imports, at any depth."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: write imports in full"
            found += [node.module or ""] + [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "engine" and len(parts) > 1 and parts[1] in ROOMS else None


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ENGINE)))
def test_a_module_imports_only_rooms_below_its_own(path: Path) -> None:
    """No import upwards, hence no circle between rooms."""
    relative = path.relative_to(ENGINE)
    own = relative.parts[0].removesuffix(".py")
    if own == "__init__" or own == "__main__":
        return
    assert own in ROOMS, f"{own} is no room of the house: add it to docs/design.md and here"
    above = [name for name in imports(path) if (room := room_of(name)) and ROOMS.index(room) > ROOMS.index(own)]
    assert not above


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ENGINE)))
def test_each_heavy_library_has_its_room(path: Path) -> None:
    """YAML, SQL, templates and the terminal can be replaced in one place."""
    relative = path.relative_to(ENGINE).as_posix()
    strangers = [
        name
        for name in imports(path)
        if (library := name.split(".")[0]) in KEEPERS and not relative.startswith(KEEPERS[library])
    ]
    assert not strangers


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ENGINE)))
def test_a_module_says_what_it_is_for(path: Path) -> None:
    """The first line of every module is a sentence."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring
    assert docstring.split("\n")[0].rstrip().endswith((".", ":"))


def test_modules_of_a_room_do_not_import_each_other_in_circles() -> None:
    """A reader can begin at the bottom of every room."""
    names = {".".join(("engine", *path.relative_to(ENGINE).with_suffix("").parts)): path for path in MODULES}
    graph = {name: {i for i in imports(path) if i in names and i != name} for name, path in names.items()}
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " -> ".join((*above, name))
        if name not in done:
            for target in sorted(graph[name]):
                visit(target, (*above, name))
            done.add(name)

    for name in graph:
        visit(name, ())
