"""What can be planted in a made-up client, so that an audit has something to find."""

from typing import Literal

Planted = Literal[
    "slow_nights",  # inquiries of the evening and the weekend wait into the next working afternoon
    "speed_matters",  # a late reply reaches fewer people and sells less
    "monday_overload",  # more inquiries on Mondays, answered later
    "weak_manager",  # one manager tries less and wins less
    "bad_source",  # one source brings spam and people who do not buy
    "price_mismatch",  # clients leave after the first price
    "no_follow_up",  # nobody goes back to the client after the quote
    "rework_loop",  # quotes go back to be recalculated
    "stage_skipped",  # one manager goes from the need straight to the quote
    "no_manager",  # some inquiries are nobody's
    "duplicates",  # a client's second inquiry is worked as a new one
    "falling_trend",  # fewer quotes are paid from month to month
    "missed_at_lunch",  # calls between 13 and 14 are not answered
    "no_call_back",  # missed callers are called back late or never
    "no_reminders",  # visits are rarely reminded of, and more people stay away
]
