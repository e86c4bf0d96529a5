"""What a made-up letter to a client says."""

from engine.render.ask import ColumnAsked, ExportAsked, Letter, SystemAsked
from engine.render.words import Words


def sample_letter(words: Words) -> Letter:
    """A system that is known, one that is not, and something the exports at hand cannot say."""
    columns = tuple(
        ColumnAsked(name=name, means=words.t(f"ask.column.{name}"), needed=name == "case")
        for name in ("case", "channel")
    )
    export = ExportAsked(title="A <list>", what="All | rows", how="Click", without="Nothing", columns=columns)
    known = SystemAsked(name="CRM", unknown=False, exports=(export,))
    unknown = SystemAsked(name="Other", unknown=True, exports=(export,))
    return Letter(client="Client", systems=(known, unknown), lacking=("Reaction cannot be assessed.",))
