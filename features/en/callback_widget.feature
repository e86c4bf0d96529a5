Feature: Call-back widget
  A call within a minute is promised: people are connected at once, and those who waited in vain are called back.

  Background:
    Given the process callback_widget

  Scenario: Connected within the promised minute
    When on Monday 10:00 a case arrives
    And after 10 seconds Call attempt
    And after 20 seconds connected
    And after 2 minutes Next step agreed
    And after 3 minutes handed over
    Then the case is won
    And the rule broken_promise is green

  Scenario: Nobody picked up, somebody called back
    When on Monday 13:10 a case arrives
    And after 40 seconds nobody picked up
    And after 8 minutes called back
    And after 4 minutes handed over
    Then the case is won
    And the rule slow_call_back is green
    And the rule unanswered_requests is red

  Scenario: A call asked for at night
    When on Sunday 23:00 a case arrives
    And after 1 working minute connected
    Then the rule broken_promise is green

  Scenario: A missed request cannot be handed over before the call-back
    Given a case in the state missed
    Then the transition hand_over is not allowed

  Scenario Outline: A loss is possible at every stage
    Given a case in the state <stage>
    When after 1 hour lost
    Then the case is in the state lost
    And the case is lost

    Examples:
      | stage       |
      | received    |
      | contacted   |
      | missed      |
      | called_back |

  Scenario: The move “connected”
    Given a case in the state received
    When after 1 hour connected
    Then the case is in the state contacted

  Scenario Outline: The move “not an inquiry”
    Given a case in the state <stage>
    When after 1 hour not an inquiry
    Then the case is in the state spam
    And the case is void

    Examples:
      | stage       |
      | received    |
      | missed      |
      | contacted   |
      | called_back |

  Scenario: The move “called back”
    Given a case in the state missed
    When after 1 hour called back
    Then the case is in the state called_back

  Scenario Outline: The move “handed over”
    Given a case in the state <stage>
    When after 1 hour handed over
    Then the case is in the state handed_over
    And the case is won

    Examples:
      | stage       |
      | contacted   |
      | called_back |

  Scenario: The move “nobody picked up”
    Given a case in the state received
    When after 1 hour nobody picked up
    Then the case is in the state missed

  Scenario: Inquiries
    Given a case in the state received
    Then the control point inquiries is at least 1

  Scenario: Share of spam, duplicates and non-clients: kept
    Given a case in the state received
    When after 1 hour connected
    And at once handed over
    Then the control point void_share is at most 0%

  Scenario: Share of spam, duplicates and non-clients: missed
    Given a case in the state received
    When after 1 hour not an inquiry
    Then the control point void_share is at least 100%

  Scenario: Inquiries without a manager: kept
    Given the case has manager Smith
    And a case in the state received
    Then the control point no_manager is at most 0%

  Scenario: Inquiries without a manager: missed
    Given the case has manager (none)
    And a case in the state received
    Then the control point no_manager is at least 100%

  Scenario: Losses without a reason: kept
    Given the case has loss_reason Дорого
    And a case in the state received
    When after 1 day lost
    Then the control point no_loss_reason is at most 0%

  Scenario: Losses without a reason: missed
    Given the case has loss_reason (none)
    And a case in the state received
    When after 1 day lost
    Then the control point no_loss_reason is at least 100%

  Scenario: Age of open inquiries (half are older): kept
    Given a case in the state received
    When 2 days pass
    Then the control point open_age is at most 2 days

  Scenario: Age of open inquiries (half are older): missed
    Given a case in the state received
    When 30 days pass
    Then the control point open_age is at least 30 days

  Scenario: All stages passed in order: kept
    Given a case in the state received
    When after 1 hour connected
    And at once handed over
    Then the control point by_the_book is at least 100%

  Scenario: All stages passed in order: missed
    Given a case in the state received
    When against the process after 1 hour handed_over
    Then the control point by_the_book is at most 0%

  Scenario: Time to the first conversation (half of the inquiries): kept
    Given a case in the state received
    When after 10 minutes connected
    Then the control point reaction_time is at most 10 minutes

  Scenario: Time to the first conversation (half of the inquiries): missed
    Given a case in the state received
    When after 4 hours connected
    Then the control point reaction_time is at least 4 hours

  Scenario Outline: Spoke within 15 working minutes
    Given a case in the state received
    When after <time> connected
    Then the control point in_15m is <verdict>

    Examples:
      | time       | verdict       |
      | 10 minutes | at least 100% |
      | 45 minutes | at most 0%    |

  Scenario: Spoke within 15 working minutes: lost
    Given a case in the state received
    When after 1 hour lost
    Then the control point in_15m is at most 0%

  Scenario Outline: Spoke within a working hour
    Given a case in the state received
    When after <time> connected
    Then the control point in_1h is <verdict>

    Examples:
      | time       | verdict       |
      | 40 minutes | at least 100% |
      | 3 hours    | at most 0%    |

  Scenario: Spoke within a working hour: lost
    Given a case in the state received
    When after 1 hour lost
    Then the control point in_1h is at most 0%

  Scenario Outline: Inquiry to conversation
    Given a case in the state received
    When after <time> connected
    Then the control point contact_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 17 days | at most 0%    |

  Scenario: Inquiry to conversation: lost
    Given a case in the state received
    When after 1 hour lost
    Then the control point contact_rate is at most 0%

  Scenario Outline: Next step agreed after the conversation
    Given a case in the state contacted
    When after <time> Next step agreed
    Then the control point next_step_set is <verdict>

    Examples:
      | time    | verdict       |
      | 3 hours | at least 100% |
      | 3 days  | at most 0%    |

  Scenario: Next step agreed after the conversation: lost
    Given a case in the state contacted
    When after 1 hour lost
    Then the control point next_step_set is at most 0%

  Scenario: Time to the first attempt (9 of 10 inquiries): kept
    Given a case in the state received
    When after 10 minutes Call attempt
    Then the control point first_attempt is at most 10 minutes

  Scenario: Time to the first attempt (9 of 10 inquiries): missed
    Given a case in the state received
    When after 4 hours Call attempt
    Then the control point first_attempt is at least 4 hours

  Scenario: Call attempts per inquiry: kept
    Given a case in the state received
    When after 1 hour Call attempt
    And after 1 hour Call attempt
    Then the control point attempts is at least 2

  Scenario: Call attempts per inquiry: missed
    Given a case in the state received
    When 1 day pass
    Then the control point attempts is at most 0

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
    Given a case in the state received
    When after 1 hour Call attempt
    And after 1 hour Call attempt
    Then the control point call_back_attempts is at least 2

  Scenario: Attempts per missed inquiry: missed
    Given a case in the state received
    When 1 day pass
    Then the control point call_back_attempts is at most 0

  Scenario Outline: Conversation to hand-over
    Given a case in the state contacted
    When after <time> handed over
    Then the control point hand_over_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 17 days | at most 0%    |

  Scenario: Conversation to hand-over: lost
    Given a case in the state contacted
    When after 1 hour lost
    Then the control point hand_over_rate is at most 0%

  Scenario Outline: Inquiry to hand-over
    Given a case in the state received
    When after <time> connected
    And at once handed over
    Then the control point win_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 24 days | at most 0%    |

  Scenario: Inquiry to hand-over: lost
    Given a case in the state received
    When after 1 hour lost
    Then the control point win_rate is at most 0%

  Scenario: From the inquiry to the hand-over (half of those that got there): kept
    Given a case in the state received
    When after 1 day connected
    And at once handed over
    Then the control point cycle_time is at most 1 day

  Scenario: From the inquiry to the hand-over (half of those that got there): missed
    Given a case in the state received
    When after 40 days connected
    And at once handed over
    Then the control point cycle_time is at least 40 days

  Scenario Outline: Connected within the promised minute (2)
    Given a case in the state received
    When after <time> connected
    Then the control point in_1m is <verdict>

    Examples:
      | time       | verdict       |
      | 40 seconds | at least 100% |
      | 4 minutes  | at most 0%    |

  Scenario: Connected within the promised minute: lost
    Given a case in the state received
    When after 1 hour lost
    Then the control point in_1m is at most 0%

  Scenario: Requested calls that nobody on our side answered: kept
    Given a case in the state received
    When after 1 hour lost
    Then the control point missed_rate is at most 0%

  Scenario: Requested calls that nobody on our side answered: missed
    Given a case in the state received
    When after 40 minutes nobody picked up
    Then the control point missed_rate is at least 100%
