Feature: Incoming call
  A call is answered at once; if it was not, somebody calls back.

  Background:
    Given the process phone_call

  Scenario: Answered and handed over
    When on Tuesday 11:00 a case arrives
    And after 12 seconds picked up
    And after 2 minutes Next step agreed
    And after 1 minute handed over
    Then the case is won
    And from ringing to answered it took at most 20 seconds
    And the rule slow_answer is green

  Scenario: Missed and called back
    When on Tuesday 13:20 a case arrives
    And after 30 seconds nobody answered
    And after 10 minutes Call attempt
    And after 1 minute called back
    And after 2 minutes handed over
    Then the case is won
    And from missed to called_back it took at most 15 working minutes
    And the rule slow_call_back is green
    And the rule missed_calls is red

  Scenario: Called back half a day later
    When on Tuesday 13:20 a case arrives
    And after 30 seconds nobody answered
    And after 4 hours called back
    Then the rule slow_call_back is red

  Scenario: Did not wait and rang again
    When on Wednesday 18:30 a case arrives
    And after 40 seconds nobody answered
    And on Thursday 9:05 client called again
    And after 5 minutes handed over
    Then the case is won
    And the rule not_called_back is red

  Scenario: A missed call cannot be handed over before the call-back
    Given a case in the state missed
    Then the transition hand_over is not allowed

  Scenario Outline: A loss is possible at every stage
    Given a case in the state <stage>
    When after 1 hour lost
    Then the case is in the state lost
    And the case is lost

    Examples:
      | stage       |
      | missed      |
      | called_back |
      | ringing     |
      | answered    |

  Scenario: The move “called back”
    Given a case in the state missed
    When after 1 hour called back
    Then the case is in the state called_back

  Scenario: The move “picked up”
    Given a case in the state ringing
    When after 1 hour picked up
    Then the case is in the state answered

  Scenario: The move “nobody answered”
    Given a case in the state ringing
    When after 1 hour nobody answered
    Then the case is in the state missed

  Scenario: The move “client called again”
    Given a case in the state missed
    When after 1 hour client called again
    Then the case is in the state answered

  Scenario Outline: The move “handed over”
    Given a case in the state <stage>
    When after 1 hour handed over
    Then the case is in the state handed_over
    And the case is won

    Examples:
      | stage       |
      | answered    |
      | called_back |

  Scenario Outline: The move “not an inquiry”
    Given a case in the state <stage>
    When after 1 hour not an inquiry
    Then the case is in the state spam
    And the case is void

    Examples:
      | stage       |
      | missed      |
      | answered    |
      | called_back |

  Scenario: Inquiries
    Given a case in the state ringing
    Then the control point inquiries is at least 1

  Scenario: Share of spam, duplicates and non-clients: kept
    Given a case in the state ringing
    When after 1 hour picked up
    And at once handed over
    Then the control point void_share is at most 0%

  Scenario: Share of spam, duplicates and non-clients: missed
    Given a case in the state missed
    When after 1 hour not an inquiry
    Then the control point void_share is at least 100%

  Scenario: Inquiries without a manager: kept
    Given the case has manager Smith
    And a case in the state ringing
    Then the control point no_manager is at most 0%

  Scenario: Inquiries without a manager: missed
    Given the case has manager (none)
    And a case in the state ringing
    Then the control point no_manager is at least 100%

  Scenario: Losses without a reason: kept
    Given the case has loss_reason Дорого
    And a case in the state ringing
    When after 1 day lost
    Then the control point no_loss_reason is at most 0%

  Scenario: Losses without a reason: missed
    Given the case has loss_reason (none)
    And a case in the state ringing
    When after 1 day lost
    Then the control point no_loss_reason is at least 100%

  Scenario: Age of open inquiries (half are older): kept
    Given a case in the state ringing
    When 2 days pass
    Then the control point open_age is at most 2 days

  Scenario: Age of open inquiries (half are older): missed
    Given a case in the state ringing
    When 30 days pass
    Then the control point open_age is at least 30 days

  Scenario: All stages passed in order: kept
    Given a case in the state ringing
    When after 1 hour picked up
    And at once handed over
    Then the control point by_the_book is at least 100%

  Scenario: All stages passed in order: missed
    Given a case in the state ringing
    When against the process after 1 hour handed_over
    Then the control point by_the_book is at most 0%

  Scenario: Time to the call-back (half of the missed): kept
    Given a case in the state missed
    When after 10 minutes called back
    Then the control point call_back_time is at most 10 minutes

  Scenario: Time to the call-back (half of the missed): missed
    Given a case in the state missed
    When after 4 hours called back
    Then the control point call_back_time is at least 4 hours

  Scenario Outline: Called back within 15 working minutes
    Given a case in the state missed
    When after <time> called back
    Then the control point called_back_in_15m is <verdict>

    Examples:
      | time       | verdict       |
      | 10 minutes | at least 100% |
      | 45 minutes | at most 0%    |

  Scenario: Called back within 15 working minutes: lost
    Given a case in the state missed
    When after 1 hour lost
    Then the control point called_back_in_15m is at most 0%

  Scenario Outline: Called back within a day
    Given a case in the state missed
    When after <time> called back
    Then the control point call_back_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 3 hours | at least 100% |
      | 3 days  | at most 0%    |

  Scenario: Called back within a day: lost
    Given a case in the state missed
    When after 1 hour lost
    Then the control point call_back_rate is at most 0%

  Scenario: Attempts per missed inquiry: kept
    Given a case in the state ringing
    When after 1 hour Call attempt
    And after 1 hour Call attempt
    Then the control point call_back_attempts is at least 2

  Scenario: Attempts per missed inquiry: missed
    Given a case in the state ringing
    When 1 day pass
    Then the control point call_back_attempts is at most 0

  Scenario Outline: Answered within 20 seconds
    Given a case in the state ringing
    When after <time> picked up
    Then the control point answered_in_20s is <verdict>

    Examples:
      | time       | verdict       |
      | 12 seconds | at least 100% |
      | 50 seconds | at most 0%    |

  Scenario: Answered within 20 seconds: lost
    Given a case in the state ringing
    When after 1 hour lost
    Then the control point answered_in_20s is at most 0%

  Scenario: Wait for an answer (9 of 10 answered calls): kept
    Given a case in the state ringing
    When after 15 seconds picked up
    Then the control point wait_time is at most 15 seconds

  Scenario: Wait for an answer (9 of 10 answered calls): missed
    Given a case in the state ringing
    When after 100 seconds picked up
    Then the control point wait_time is at least 90 seconds

  Scenario Outline: Calls answered the first time
    Given a case in the state ringing
    When after <time> picked up
    Then the control point answer_rate is <verdict>

    Examples:
      | time       | verdict       |
      | 2 minutes  | at least 100% |
      | 20 minutes | at most 0%    |

  Scenario: Calls answered the first time: lost
    Given a case in the state ringing
    When after 1 hour lost
    Then the control point answer_rate is at most 0%

  Scenario: Calls missed: kept
    Given a case in the state ringing
    When after 1 hour lost
    Then the control point missed_rate is at most 0%

  Scenario: Calls missed: missed
    Given a case in the state ringing
    When after 2 minutes nobody answered
    Then the control point missed_rate is at least 100%

  Scenario: Missed callers who called again themselves: kept
    Given a case in the state missed
    When after 1 hour lost
    Then the control point rang_again is at most 0%

  Scenario: Missed callers who called again themselves: missed
    Given a case in the state missed
    When after 3 hours client called again
    Then the control point rang_again is at least 100%

  Scenario Outline: Next step agreed in the conversation
    Given a case in the state answered
    When after <time> Next step agreed
    Then the control point next_step_set is <verdict>

    Examples:
      | time    | verdict       |
      | 3 hours | at least 100% |
      | 3 days  | at most 0%    |

  Scenario: Next step agreed in the conversation: lost
    Given a case in the state answered
    When after 1 hour lost
    Then the control point next_step_set is at most 0%

  Scenario Outline: Conversation to hand-over
    Given a case in the state answered
    When after <time> handed over
    Then the control point hand_over_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 3 hours | at least 100% |
      | 3 days  | at most 0%    |

  Scenario: Conversation to hand-over: lost
    Given a case in the state answered
    When after 1 hour lost
    Then the control point hand_over_rate is at most 0%

  Scenario Outline: Call to hand-over
    Given a case in the state ringing
    When after <time> picked up
    And at once handed over
    Then the control point win_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 13 days | at most 0%    |

  Scenario: Call to hand-over: lost
    Given a case in the state ringing
    When after 1 hour lost
    Then the control point win_rate is at most 0%
