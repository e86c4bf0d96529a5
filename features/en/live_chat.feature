Feature: Live chat and messengers
  The client watches the screen: a person answers within minutes, the bot keeps nobody.

  Background:
    Given the process live_chat

  Scenario: The bot greeted, a person answered
    When on Tuesday 12:00 a case arrives
    And after 2 seconds Bot reply
    And after 50 seconds a person answered
    And after 5 minutes Next step agreed
    And after 2 minutes need understood
    And after 10 minutes handed over
    Then the case is won
    And the rule slow_chat is green

  Scenario: Left unanswered, written to afterwards
    When on Tuesday 12:00 a case arrives
    And after 6 minutes nobody answered
    And after 9 minutes wrote to them afterwards
    And after 1 hour a person answered
    Then the case is in the state contacted
    And the rule slow_call_back is green
    And the rule slow_chat is red

  Scenario: The client came back himself
    Given a case in the state missed
    When after 1 hour the client wrote again
    And after 1 minute a person answered
    Then the case is in the state contacted

  Scenario: Asked again and again
    When on Tuesday 12:00 a case arrives
    And after 2 minutes Another message from the client
    And after 2 minutes Another message from the client
    And after 1 minute a person answered
    Then client_message happened 2 times

  Scenario: Nobody is handed over without a talk
    Given a case in the state received
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
      | qualified   |

  Scenario Outline: The move “a person answered”
    Given a case in the state <stage>
    When after 1 hour a person answered
    Then the case is in the state contacted

    Examples:
      | stage       |
      | received    |
      | called_back |

  Scenario Outline: The move “not an inquiry”
    Given a case in the state <stage>
    When after 1 hour not an inquiry
    Then the case is in the state spam
    And the case is void

    Examples:
      | stage     |
      | received  |
      | contacted |

  Scenario: The move “wrote to them afterwards”
    Given a case in the state missed
    When after 1 hour wrote to them afterwards
    Then the case is in the state called_back

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

  Scenario: The move “nobody answered”
    Given a case in the state received
    When after 1 hour nobody answered
    Then the case is in the state missed

  Scenario: The move “the client wrote again”
    Given a case in the state missed
    When after 1 hour the client wrote again
    Then the case is in the state received

  Scenario: Inquiries
    Given a case in the state received
    Then the control point inquiries is at least 1

  Scenario: Share of spam, duplicates and non-clients: kept
    Given a case in the state received
    When after 1 hour a person answered
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
    When after 1 hour a person answered
    And at once handed over
    Then the control point by_the_book is at least 100%

  Scenario: All stages passed in order: missed
    Given a case in the state received
    When against the process after 1 hour handed_over
    Then the control point by_the_book is at most 0%

  Scenario: Time to the first conversation (half of the inquiries): kept
    Given a case in the state received
    When after 10 minutes a person answered
    Then the control point reaction_time is at most 10 minutes

  Scenario: Time to the first conversation (half of the inquiries): missed
    Given a case in the state received
    When after 4 hours a person answered
    Then the control point reaction_time is at least 4 hours

  Scenario Outline: Spoke within 15 working minutes
    Given a case in the state received
    When after <time> a person answered
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
    When after <time> a person answered
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
    When after <time> a person answered
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

  Scenario: Time to the call-back (half of the missed): kept
    Given a case in the state missed
    When after 10 minutes wrote to them afterwards
    Then the control point call_back_time is at most 10 minutes

  Scenario: Time to the call-back (half of the missed): missed
    Given a case in the state missed
    When after 4 hours wrote to them afterwards
    Then the control point call_back_time is at least 4 hours

  Scenario Outline: Called back within 15 working minutes
    Given a case in the state missed
    When after <time> wrote to them afterwards
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
    When after <time> wrote to them afterwards
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
    When after <time> a person answered
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
    When after 1 day a person answered
    And at once handed over
    Then the control point cycle_time is at most 1 day

  Scenario: From the inquiry to the hand-over (half of those that got there): missed
    Given a case in the state received
    When after 40 days a person answered
    And at once handed over
    Then the control point cycle_time is at least 40 days

  Scenario Outline: A person answered within a working minute
    Given a case in the state received
    When after <time> a person answered
    Then the control point in_1m is <verdict>

    Examples:
      | time       | verdict       |
      | 40 seconds | at least 100% |
      | 4 minutes  | at most 0%    |

  Scenario: A person answered within a working minute: lost
    Given a case in the state received
    When after 1 hour lost
    Then the control point in_1m is at most 0%

  Scenario Outline: A person answered within 3 working minutes
    Given a case in the state received
    When after <time> a person answered
    Then the control point in_3m is <verdict>

    Examples:
      | time       | verdict       |
      | 2 minutes  | at least 100% |
      | 20 minutes | at most 0%    |

  Scenario: A person answered within 3 working minutes: lost
    Given a case in the state received
    When after 1 hour lost
    Then the control point in_3m is at most 0%

  Scenario: Unanswered chats: the client left: kept
    Given a case in the state received
    When after 1 hour lost
    Then the control point missed_rate is at most 0%

  Scenario: Unanswered chats: the client left: missed
    Given a case in the state received
    When after 3 hours nobody answered
    Then the control point missed_rate is at least 100%

  Scenario Outline: From the bot to a person within 5 minutes
    Given a case in the state received
    When at once Bot reply
    And after <time> a person answered
    Then the control point bot_to_person is <verdict>

    Examples:
      | time       | verdict       |
      | 2 minutes  | at least 100% |
      | 30 minutes | at most 0%    |

  Scenario: From the bot to a person within 5 minutes: lost
    Given a case in the state received
    When at once Bot reply
    And after 1 hour lost
    Then the control point bot_to_person is at most 0%

  Scenario: Further client messages per chat: kept
    Given a case in the state received
    When 1 day pass
    Then the control point repeated_messages is at most 0

  Scenario: Further client messages per chat: missed
    Given a case in the state received
    When after 1 hour Another message from the client
    And after 1 hour Another message from the client
    Then the control point repeated_messages is at least 2
