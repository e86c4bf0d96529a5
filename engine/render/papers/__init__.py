"""Documents that need no data: the programme a consultant sells first, the regulation people work by."""

from engine.render.papers.programme import Programme, programme_of
from engine.render.papers.terms import Terms

__all__ = ["Programme", "Terms", "programme_of"]
