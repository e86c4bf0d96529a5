"""Every problem code that the engine can give, read from its source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ENGINE = Path(__file__).parents[1] / "engine"
KINDS = ("settings", "process", "rule", "action")
CODE_AT = {"says": 0, "blames": 1, "_refused": 1, "problem": 1, "_problem": 1, "_unknown": 1, "add": 1, "Wrong": 1}
TABLES = {"_CODES", "MESSAGES", "REJECTED"}
CODE_AT |= {"unknown": 3, "wrong": 0}


def codes() -> set[str]:
    """Codes written as `code=`, or in the place where a function of ours takes one; messages of features; rows."""
    found: set[str] = set()
    for path in sorted(ENGINE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                found |= set(_of_call(node))
            elif isinstance(node, ast.Assign | ast.AnnAssign) and _targets(node) & TABLES:
                found |= {word for part in ast.walk(node) for word in _texts(part) if "-" in word}
    return found


def _targets(node: ast.Assign | ast.AnnAssign) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _of_call(node: ast.Call) -> Iterator[str]:
    for keyword in node.keywords:
        if keyword.arg == "code":
            yield from _texts(keyword.value)
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    place = CODE_AT.get(name)
    if name == "problem" and node.args and _is_kind(node.args[0]):
        place = 3
    if place is not None and len(node.args) > place:
        words = _texts(node.args[place])
        yield from (word for word in words if "unknown" not in name or "-" in word)


def _is_kind(node: ast.expr) -> bool:
    return (isinstance(node, ast.Constant) and node.value in KINDS) or (
        isinstance(node, ast.Name) and node.id == "kind"
    )


def _texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and re.fullmatch(r"[a-z]+(-[a-z]+)*", str(node.value)):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
