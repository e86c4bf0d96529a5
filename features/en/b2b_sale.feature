Feature: B2B sale
  A long sale: a meeting, a proposal, negotiations, a contract; several people decide.

  Background:
    Given the process b2b_sale

  Scenario: From the lead to the payment
    When on Monday 10:00 a case arrives
    And after 10 minutes Call attempt
    And after 2 minutes reached
    And after 10 minutes Next step agreed
    And after 1 day need understood
    And after 3 days Conversation with the decision-maker
    And after 4 days met
    And after 2 days quote sent
    And after 3 days Follow-up after the quote
    And after 7 days terms are discussed
    And after 10 days contract signed
    And after 7 days paid
    Then the case is won
    And the rule many_edits is green

  Scenario: The meeting fell through and took place later
    Given a case in the state qualified
    When after 3 days Missed meeting
    And after 4 days met
    Then the case is in the state met
    And meeting_missed happened 1 times

  Scenario: A new proposal after negotiations
    Given a case in the state negotiated
    When after 2 days new quote
    And after 5 days terms are discussed
    Then the case is in the state negotiated

  Scenario: The client decided nothing
    Given the case has loss_reason Отложили
    And a case in the state negotiated
    When after 30 days lost
    Then the case is lost
    And the rule no_decision_losses is red

  Scenario: Nobody pays without a contract
    Given a case in the state negotiated
    Then the transition pay is not allowed

  Scenario Outline: A loss is possible at every stage
    Given a case in the state <stage>
    When after 1 hour lost
    Then the case is in the state lost
    And the case is lost

    Examples:
      | stage      |
      | received   |
      | contacted  |
      | qualified  |
      | quoted     |
      | contracted |
      | met        |
      | negotiated |

  Scenario: The move “reached”
    Given a case in the state received
    When after 1 hour reached
    Then the case is in the state contacted

  Scenario Outline: The move “not an inquiry”
    Given a case in the state <stage>
    When after 1 hour not an inquiry
    Then the case is in the state spam
    And the case is void

    Examples:
      | stage     |
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

  Scenario Outline: The move “contract signed”
    Given a case in the state <stage>
    When after 1 hour contract signed
    Then the case is in the state contracted

    Examples:
      | stage      |
      | quoted     |
      | negotiated |

  Scenario: The move “paid”
    Given a case in the state contracted
    When after 1 hour paid
    Then the case is in the state won
    And the case is won

  Scenario: The move “met”
    Given a case in the state qualified
    When after 1 hour met
    Then the case is in the state met

  Scenario Outline: The move “quote sent”
    Given a case in the state <stage>
    When after 1 hour quote sent
    Then the case is in the state quoted

    Examples:
      | stage     |
      | qualified |
      | met       |

  Scenario: The move “terms are discussed”
    Given a case in the state quoted
    When after 1 hour terms are discussed
    Then the case is in the state negotiated

  Scenario: The move “new quote”
    Given a case in the state negotiated
    When after 1 hour new quote
    Then the case is in the state quoted

  Scenario: Inquiries
    Given a case in the state received
    Then the control point inquiries is at least 1

  Scenario: Share of spam, duplicates and non-clients: kept
    Given a case in the state received
    When after 1 hour reached
    And at once need understood
    And at once quote sent
    And at once contract signed
    And at once paid
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
    When after 1 hour reached
    And at once need understood
    And at once quote sent
    And at once contract signed
    And at once paid
    Then the control point by_the_book is at least 100%

  Scenario: All stages passed in order: missed
    Given a case in the state received
    When against the process after 1 hour won
    Then the control point by_the_book is at most 0%

  Scenario: Time to the first conversation (half of the inquiries): kept
    Given a case in the state received
    When after 10 minutes reached
    Then the control point reaction_time is at most 10 minutes

  Scenario: Time to the first conversation (half of the inquiries): missed
    Given a case in the state received
    When after 4 hours reached
    Then the control point reaction_time is at least 4 hours

  Scenario Outline: Spoke within 15 working minutes
    Given a case in the state received
    When after <time> reached
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
    When after <time> reached
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
    When after <time> reached
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

  Scenario Outline: Followed up within 5 days of the quote
    Given a case in the state quoted
    When after <time> Follow-up after the quote
    Then the control point followed_up is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 15 days | at most 0%    |

  Scenario: Followed up within 5 days of the quote: lost
    Given a case in the state quoted
    When after 1 hour lost
    Then the control point followed_up is at most 0%

  Scenario: Lost after the quote: kept
    Given a case in the state quoted
    When after 1 day contract signed
    Then the control point quote_losses is at most 0%

  Scenario: Lost after the quote: missed
    Given a case in the state quoted
    When after 1 day lost
    Then the control point quote_losses is at least 100%

  Scenario: Age of open quotes (half are older): kept
    Given a case in the state quoted
    When 2 days pass
    Then the control point quotes_waiting is at most 2 days

  Scenario: Age of open quotes (half are older): missed
    Given a case in the state quoted
    When 30 days pass
    Then the control point quotes_waiting is at least 30 days

  Scenario: Quote redone: kept
    Given a case in the state quoted
    When after 1 day lost
    Then the control point recalculated is at most 0%

  Scenario: Quote redone: missed
    Given a case in the state quoted
    When after 1 day terms are discussed
    And after 1 day new quote
    Then the control point recalculated is at least 100%

  Scenario Outline: Inquiry to payment
    Given a case in the state received
    When after <time> reached
    And at once need understood
    And at once quote sent
    And at once contract signed
    And at once paid
    Then the control point win_rate is <verdict>

    Examples:
      | time     | verdict       |
      | 1 day    | at least 100% |
      | 190 days | at most 0%    |

  Scenario: Inquiry to payment: lost
    Given a case in the state received
    When after 1 hour lost
    Then the control point win_rate is at most 0%

  Scenario: From the inquiry to the payment (half of those who paid): kept
    Given a case in the state received
    When after 1 day reached
    And at once need understood
    And at once quote sent
    And at once contract signed
    And at once paid
    Then the control point cycle_time is at most 1 day

  Scenario: From the inquiry to the payment (half of those who paid): missed
    Given a case in the state received
    When after 40 days reached
    And at once need understood
    And at once quote sent
    And at once contract signed
    And at once paid
    Then the control point cycle_time is at least 40 days

  Scenario: Sales: kept
    Given the case has amount 120000
    And a case in the state received
    When after 1 day reached
    And at once need understood
    And at once quote sent
    And at once contract signed
    And at once paid
    Then the control point sales is at least 120000

  Scenario: Sales: missed
    Given the case has amount 120000
    And a case in the state received
    When after 1 day lost
    Then the control point sales is at most 0

  Scenario: Average sale
    Given the case has amount 120000
    And a case in the state received
    When after 1 day reached
    And at once need understood
    And at once quote sent
    And at once contract signed
    And at once paid
    Then the control point average_sale is at least 120000

  Scenario: Value of all priced orders
    Given the case has amount 120000
    And a case in the state received
    When after 1 day lost
    Then the control point offered is at least 120000

  Scenario: Paid share of the value priced: kept
    Given the case has amount 120000
    And a case in the state received
    When after 1 day reached
    And at once need understood
    And at once quote sent
    And at once contract signed
    And at once paid
    Then the control point money_win_rate is at least 1

  Scenario: Paid share of the value priced: missed
    Given the case has amount 120000
    And a case in the state received
    When after 1 day lost
    Then the control point money_win_rate is at most 0

  Scenario: Value of losses by reason: kept
    Given the case has amount 120000
    And a case in the state received
    When after 1 day reached
    And at once need understood
    And at once quote sent
    And at once contract signed
    And at once paid
    Then the control point lost_revenue is at most 0

  Scenario: Value of losses by reason: missed
    Given the case has amount 120000
    And a case in the state received
    When after 1 day lost
    Then the control point lost_revenue is at least 120000

  Scenario Outline: Quote to contract
    Given a case in the state quoted
    When after <time> contract signed
    Then the control point contract_rate is <verdict>

    Examples:
      | time     | verdict       |
      | 1 day    | at least 100% |
      | 100 days | at most 0%    |

  Scenario: Quote to contract: lost
    Given a case in the state quoted
    When after 1 hour lost
    Then the control point contract_rate is at most 0%

  Scenario: From the quote to the contract (half of those signed): kept
    Given a case in the state quoted
    When after 1 day contract signed
    Then the control point contract_time is at most 1 day

  Scenario: From the quote to the contract (half of those signed): missed
    Given a case in the state quoted
    When after 40 days contract signed
    Then the control point contract_time is at least 40 days

  Scenario: Contract edits per case: kept
    Given a case in the state received
    When 1 day pass
    Then the control point contract_edits is at most 0

  Scenario: Contract edits per case: missed
    Given a case in the state received
    When after 1 hour Contract edit
    And after 1 hour Contract edit
    Then the control point contract_edits is at least 2

  Scenario Outline: Contract to payment
    Given a case in the state contracted
    When after <time> paid
    Then the control point payment_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 40 days | at most 0%    |

  Scenario: Contract to payment: lost
    Given a case in the state contracted
    When after 1 hour lost
    Then the control point payment_rate is at most 0%

  Scenario: From the contract to the payment (3 of 4): kept
    Given a case in the state contracted
    When after 1 day paid
    Then the control point payment_time is at most 1 day

  Scenario: From the contract to the payment (3 of 4): missed
    Given a case in the state contracted
    When after 40 days paid
    Then the control point payment_time is at least 40 days

  Scenario Outline: Need to meeting
    Given a case in the state qualified
    When after <time> met
    Then the control point meet_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 40 days | at most 0%    |

  Scenario: Need to meeting: lost
    Given a case in the state qualified
    When after 1 hour lost
    Then the control point meet_rate is at most 0%

  Scenario: Missed meetings per case: kept
    Given a case in the state received
    When 1 day pass
    Then the control point meetings_missed is at most 0

  Scenario: Missed meetings per case: missed
    Given a case in the state received
    When after 1 hour Missed meeting
    And after 1 hour Missed meeting
    Then the control point meetings_missed is at least 2

  Scenario Outline: Spoke to the decision-maker after the need was understood
    Given a case in the state qualified
    When after <time> Conversation with the decision-maker
    Then the control point decision_maker_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 40 days | at most 0%    |

  Scenario: Spoke to the decision-maker after the need was understood: lost
    Given a case in the state qualified
    When after 1 hour lost
    Then the control point decision_maker_rate is at most 0%

  Scenario Outline: Meeting to quote
    Given a case in the state met
    When after <time> quote sent
    Then the control point quote_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 40 days | at most 0%    |

  Scenario: Meeting to quote: lost
    Given a case in the state met
    When after 1 hour lost
    Then the control point quote_rate is at most 0%

  Scenario: From the meeting to the quote (3 of 4): kept
    Given a case in the state met
    When after 10 minutes quote sent
    Then the control point quote_time is at most 10 minutes

  Scenario: From the meeting to the quote (3 of 4): missed
    Given a case in the state met
    When after 4 hours quote sent
    Then the control point quote_time is at least 4 hours

  Scenario Outline: Quote to negotiations
    Given a case in the state quoted
    When after <time> terms are discussed
    Then the control point negotiate_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 55 days | at most 0%    |

  Scenario: Quote to negotiations: lost
    Given a case in the state quoted
    When after 1 hour lost
    Then the control point negotiate_rate is at most 0%

  Scenario: How long negotiations take (3 of 4): kept
    Given a case in the state negotiated
    When after 1 day lost
    Then the control point negotiate_stay is at most 1 day

  Scenario: How long negotiations take (3 of 4): missed
    Given a case in the state negotiated
    When after 30 days lost
    Then the control point negotiate_stay is at least 30 days

  Scenario: Losses where the client made no decision: kept
    Given the case has loss_reason Дорого
    And a case in the state received
    When after 1 day lost
    Then the control point no_decision is at most 0%

  Scenario: Losses where the client made no decision: missed
    Given the case has loss_reason Отложили
    And a case in the state received
    When after 1 day lost
    Then the control point no_decision is at least 100%
