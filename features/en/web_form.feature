Feature: Web form
  How people who leave an inquiry are treated: answered in time, no stage skipped, nobody lost who comes back.

  Background:
    Given the process web_form

  Scenario: Answered in time
    When on Monday 10:00 a case arrives
    And after 12 minutes reached
    Then the case is in the state contacted
    And from received to contacted it took at most 15 working minutes
    And the rule slow_reaction is green
    And manager is responsible for the case

  Scenario: Answered after forty minutes
    When on Monday 10:00 a case arrives
    And after 40 minutes reached
    Then the rule slow_reaction is yellow

  Scenario: Answered after three hours
    When on Monday 10:00 a case arrives
    And after 3 hours reached
    Then the rule slow_reaction is red
    And the rule no_next_step is grey

  Scenario: A Sunday inquiry waits for the morning only
    When on Sunday 22:00 a case arrives
    And on Monday 9:10 reached
    Then from received to contacted it took at most 15 working minutes

  Scenario: From the inquiry to the payment
    When on Monday 10:00 a case arrives
    And after 5 minutes Call attempt
    And after 5 minutes reached
    And after 10 minutes Next step agreed
    And after 1 hour need understood
    And after 1 day estimated
    And after 1 day quote sent
    And after 2 days Follow-up after the quote
    And after 1 day paid
    Then the case is won
    And the rule no_follow_up is green
    And the rule no_next_step is green

  Scenario: Recalculated, and back after saying no
    Given a case in the state quoted
    When after 1 day recalculation
    And after 1 day quote sent
    And after 3 days lost
    And after 5 days came back
    Then the case is in the state qualified

  Scenario: No quote without an estimate
    Given a case in the state qualified
    Then the transition quote is not allowed

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
      | estimated |
      | quoted    |

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

  Scenario: The move “estimated”
    Given a case in the state qualified
    When after 1 hour estimated
    Then the case is in the state estimated

  Scenario: The move “quote sent”
    Given a case in the state estimated
    When after 1 hour quote sent
    Then the case is in the state quoted

  Scenario: The move “recalculation”
    Given a case in the state quoted
    When after 1 hour recalculation
    Then the case is in the state estimated

  Scenario: The move “paid”
    Given a case in the state quoted
    When after 1 hour paid
    Then the case is in the state won
    And the case is won

  Scenario: Inquiries
    Given a case in the state received
    Then the control point inquiries is at least 1

  Scenario: Share of spam, duplicates and non-clients: kept
    Given a case in the state received
    When after 1 hour reached
    And at once need understood
    And at once estimated
    And at once quote sent
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
    And at once estimated
    And at once quote sent
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

  Scenario Outline: Need to estimate
    Given a case in the state qualified
    When after <time> estimated
    Then the control point estimate_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 24 days | at most 0%    |

  Scenario: Need to estimate: lost
    Given a case in the state qualified
    When after 1 hour lost
    Then the control point estimate_rate is at most 0%

  Scenario: Time to the estimate (3 of 4): kept
    Given a case in the state qualified
    When after 10 minutes estimated
    Then the control point estimate_time is at most 10 minutes

  Scenario: Time to the estimate (3 of 4): missed
    Given a case in the state qualified
    When after 4 hours estimated
    Then the control point estimate_time is at least 4 hours

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
    When after 1 day paid
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
    When after 1 day recalculation
    And after 1 day quote sent
    Then the control point recalculated is at least 100%

  Scenario Outline: Inquiry to payment
    Given a case in the state received
    When after <time> reached
    And at once need understood
    And at once estimated
    And at once quote sent
    And at once paid
    Then the control point win_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 70 days | at most 0%    |

  Scenario: Inquiry to payment: lost
    Given a case in the state received
    When after 1 hour lost
    Then the control point win_rate is at most 0%

  Scenario: From the inquiry to the payment (half of those who paid): kept
    Given a case in the state received
    When after 1 day reached
    And at once need understood
    And at once estimated
    And at once quote sent
    And at once paid
    Then the control point cycle_time is at most 1 day

  Scenario: From the inquiry to the payment (half of those who paid): missed
    Given a case in the state received
    When after 40 days reached
    And at once need understood
    And at once estimated
    And at once quote sent
    And at once paid
    Then the control point cycle_time is at least 40 days

  Scenario: Sales: kept
    Given the case has amount 120000
    And a case in the state received
    When after 1 day reached
    And at once need understood
    And at once estimated
    And at once quote sent
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
    And at once estimated
    And at once quote sent
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
    And at once estimated
    And at once quote sent
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
    And at once estimated
    And at once quote sent
    And at once paid
    Then the control point lost_revenue is at most 0

  Scenario: Value of losses by reason: missed
    Given the case has amount 120000
    And a case in the state received
    When after 1 day lost
    Then the control point lost_revenue is at least 120000

  Scenario Outline: Estimate to quote
    Given a case in the state estimated
    When after <time> quote sent
    Then the control point quote_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 24 days | at most 0%    |

  Scenario: Estimate to quote: lost
    Given a case in the state estimated
    When after 1 hour lost
    Then the control point quote_rate is at most 0%

  Scenario: Time to the quote (3 of 4): kept
    Given a case in the state estimated
    When after 10 minutes quote sent
    Then the control point quote_time is at most 10 minutes

  Scenario: Time to the quote (3 of 4): missed
    Given a case in the state estimated
    When after 4 hours quote sent
    Then the control point quote_time is at least 4 hours

  Scenario Outline: Quote to payment
    Given a case in the state quoted
    When after <time> paid
    Then the control point close_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 40 days | at most 0%    |

  Scenario: Quote to payment: lost
    Given a case in the state quoted
    When after 1 hour lost
    Then the control point close_rate is at most 0%
