Feature: Social networks
  A comment becomes a conversation; a message is answered the same day.

  Background:
    Given the process social

  Scenario: Answered in person and agreed
    When on Monday 10:00 a case arrives
    And after 10 minutes answered
    And after 30 minutes need understood
    And after 20 minutes Next step agreed
    And after 1 hour handed over
    Then the case is won
    And the rule slow_social is green

  Scenario: A comment moved to direct messages
    Given a case in the state commented
    When after 1 hour Reply under the post
    And after 10 minutes moved to direct messages
    And after 20 minutes answered
    Then the case is in the state contacted

  Scenario: A message lay until tomorrow
    When on Monday 10:00 a case arrives
    And after 1 day answered
    Then the rule slow_social is red

  Scenario: Nobody is handed over from under a post
    Given a case in the state commented
    Then the transition hand_over is not allowed

  Scenario Outline: A loss is possible at every stage
    Given a case in the state <stage>
    When after 1 hour lost
    Then the case is in the state lost
    And the case is lost

    Examples:
      | stage     |
      | received  |
      | contacted |
      | qualified |
      | commented |

  Scenario: The move “answered”
    Given a case in the state received
    When after 1 hour answered
    Then the case is in the state contacted

  Scenario Outline: The move “not a client”
    Given a case in the state <stage>
    When after 1 hour not a client
    Then the case is in the state spam
    And the case is void

    Examples:
      | stage     |
      | commented |
      | received  |
      | contacted |

  Scenario: The move “need understood”
    Given a case in the state contacted
    When after 1 hour need understood
    Then the case is in the state qualified

  Scenario: The move “came back”
    Given a case in the state lost
    When after 1 hour came back
    Then the case is in the state qualified

  Scenario Outline: The move “handed over”
    Given a case in the state <stage>
    When after 1 hour handed over
    Then the case is in the state handed_over
    And the case is won

    Examples:
      | stage     |
      | contacted |
      | qualified |

  Scenario: The move “moved to direct messages”
    Given a case in the state commented
    When after 1 hour moved to direct messages
    Then the case is in the state received

  Scenario: Inquiries
    Given a case in the state received
    Then the control point inquiries is at least 1

  Scenario: Share of spam, duplicates and non-clients: kept
    Given a case in the state received
    When after 1 hour answered
    And at once handed over
    Then the control point void_share is at most 0%

  Scenario: Share of spam, duplicates and non-clients: missed
    Given a case in the state received
    When after 1 hour not a client
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
    When after 1 hour answered
    And at once handed over
    Then the control point by_the_book is at least 100%

  Scenario: All stages passed in order: missed
    Given a case in the state received
    When against the process after 1 hour handed_over
    Then the control point by_the_book is at most 0%

  Scenario: Time to the first conversation (half of the inquiries): kept
    Given a case in the state received
    When after 10 minutes answered
    Then the control point reaction_time is at most 10 minutes

  Scenario: Time to the first conversation (half of the inquiries): missed
    Given a case in the state received
    When after 4 hours answered
    Then the control point reaction_time is at least 4 hours

  Scenario Outline: Spoke within 15 working minutes
    Given a case in the state received
    When after <time> answered
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
    When after <time> answered
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
    When after <time> answered
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

  Scenario Outline: Conversation to need
    Given a case in the state contacted
    When after <time> need understood
    Then the control point qualify_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 17 days | at most 0%    |

  Scenario: Conversation to need: lost
    Given a case in the state contacted
    When after 1 hour lost
    Then the control point qualify_rate is at most 0%

  Scenario: From the conversation to the need (3 of 4): kept
    Given a case in the state contacted
    When after 10 minutes need understood
    Then the control point need_time is at most 10 minutes

  Scenario: From the conversation to the need (3 of 4): missed
    Given a case in the state contacted
    When after 4 hours need understood
    Then the control point need_time is at least 4 hours

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
    When after <time> answered
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
    When after 1 day answered
    And at once handed over
    Then the control point cycle_time is at most 1 day

  Scenario: From the inquiry to the hand-over (half of those that got there): missed
    Given a case in the state received
    When after 40 days answered
    And at once handed over
    Then the control point cycle_time is at least 40 days

  Scenario Outline: Answered within 4 hours
    Given a case in the state received
    When after <time> answered
    Then the control point in_4h is <verdict>

    Examples:
      | time    | verdict       |
      | 2 hours | at least 100% |
      | 9 hours | at most 0%    |

  Scenario: Answered within 4 hours: lost
    Given a case in the state received
    When after 1 hour lost
    Then the control point in_4h is at most 0%

  Scenario Outline: Comments answered within a day
    Given a case in the state commented
    When after <time> Reply under the post
    Then the control point comment_replied is <verdict>

    Examples:
      | time    | verdict       |
      | 3 hours | at least 100% |
      | 3 days  | at most 0%    |

  Scenario: Comments answered within a day: lost
    Given a case in the state commented
    When after 1 hour lost
    Then the control point comment_replied is at most 0%

  Scenario Outline: Comment to direct message
    Given a case in the state commented
    When after <time> moved to direct messages
    Then the control point direct_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 13 days | at most 0%    |

  Scenario: Comment to direct message: lost
    Given a case in the state commented
    When after 1 hour lost
    Then the control point direct_rate is at most 0%
