"""The shipped profiles: read with what they extend, found by the name of their system."""

import functools
from collections.abc import Iterable, Mapping, Sequence

from engine.definitions.document import Document, did_you_mean, shortened
from engine.definitions.process import Process
from engine.definitions.profile import Profile, ProfileFile
from engine.errors import DefinitionError, Location, Problem
from engine.workspace.files import Files, library, profile_files, shipped


@functools.cache
def profiles() -> Mapping[str, Profile]:
    """Every profile by its name, in the order of names; DefinitionError with all problems of all of them."""
    found: dict[str, Profile] = {}
    problems: list[Problem] = []
    for name, document in profile_documents().items():
        profile = None if document.data is None else document.shaped(ProfileFile)
        problems += document.problems
        if isinstance(profile, Profile):
            found[name] = profile
    if problems:
        raise DefinitionError(problems)
    return found


def profile_documents() -> Mapping[str, Document]:
    """The files of the profiles by name, what they extend merged in."""
    files = Files(library())
    return {path.stem: files.profile(path) for path in profile_files()}


def systems() -> Mapping[str, tuple[str, ...]]:
    """The systems by name, those with a name of their own first, each with its profiles."""
    found: dict[str, list[str]] = {}
    for name, profile in profiles().items():
        found.setdefault(profile.system, []).append(name)
    order = sorted(found, key=lambda system: (is_generic(found[system]), system.casefold()))
    return {system: tuple(found[system]) for system in order}


def is_generic(names: Sequence[str]) -> bool:
    """Whether the profiles are of no system in particular."""
    return all(name.startswith("generic_") for name in names)


def named(asked: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The systems of those names or profiles, each once, with all its profiles; DefinitionError with every unknown."""
    found: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for one in asked:
        try:
            system = profiles()[profiles_of(one)[0]].system
        except DefinitionError as error:
            problems += error.problems
        else:
            found[system] = systems()[system]
    if problems:
        raise DefinitionError(problems)
    return found


def processes_of(of: Iterable[Profile]) -> Mapping[str, Process]:
    """The shipped processes that the mappings of profiles suit first."""
    found = {name: shipped(name).shaped(Process) for name in dict.fromkeys(profile.suits[0] for profile in of)}
    return {name: process for name, process in found.items() if isinstance(process, Process)}


def profiles_of(asked: str) -> tuple[str, ...]:
    """The profiles of a system, by any of its names or by the name of a profile; DefinitionError otherwise."""
    words: dict[str, tuple[str, ...]] = {_folded(name): (name,) for name in profiles()}
    for system, names in systems().items():
        for word in (system, *(other for name in names for other in profiles()[name].also_called)):
            words[_folded(word)] = names
    if _folded(asked) in words:
        return words[_folded(asked)]
    known = [name for system in systems() for name in _called(system)]
    hint = did_you_mean(asked, known) or "`voronka sources` lists them; else take a generic one"
    message = f"no profile is of a system `{shortened(asked)}`"
    raise DefinitionError([Problem(where=Location("--system"), code="unknown-system", message=message, hint=hint)])


def _called(system: str) -> tuple[str, ...]:
    names = systems()[system]
    return (system, *dict.fromkeys(other for name in names for other in profiles()[name].also_called))


def _folded(name: str) -> str:
    """As people write it: case, spaces, dots, dashes do not tell apart."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())
