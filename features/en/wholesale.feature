Feature: Wholesale buyer
  The first order is a beginning, the second makes a regular client.

  Background:
    Given the process wholesale

  Scenario: From the request to the second order
    When on Monday 10:00 a case arrives
    And after 10 minutes Call attempt
    And after 1 minute reached
    And after 10 minutes Next step agreed
    And after 1 hour need understood
    And after 2 hours price list and terms sent
    And after 2 days Follow-up after the quote
    And after 5 days placed the first order
    And after 30 days ordered again
    Then the case is won
    And the rule no_follow_up is green

  Scenario: Terms were revised
    Given a case in the state quoted
    When after 2 days terms are revised
    And after 1 day price list and terms sent
    Then the case is in the state quoted

  Scenario: Gone after the first order
    Given a case in the state ordered
    When after 120 days lost
    Then the case is lost

  Scenario: Nobody orders without terms
    Given a case in the state qualified
    Then the transition place is not allowed

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
      | quoted    |
      | ordered   |

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

  Scenario: The move “price list and terms sent”
    Given a case in the state qualified
    When after 1 hour price list and terms sent
    Then the case is in the state quoted

  Scenario: The move “terms are revised”
    Given a case in the state quoted
    When after 1 hour terms are revised
    Then the case is in the state qualified

  Scenario: The move “placed the first order”
    Given a case in the state quoted
    When after 1 hour placed the first order
    Then the case is in the state ordered

  Scenario: The move “ordered again”
    Given a case in the state ordered
    When after 1 hour ordered again
    Then the case is in the state won
    And the case is won

  Scenario: Inquiries
    Given a case in the state received
    Then the control point inquiries is at least 1

  Scenario: Share of spam, duplicates and non-clients: kept
    Given a case in the state received
    When after 1 hour reached
    And at once need understood
    And at once price list and terms sent
    And at once placed the first order
    And at once ordered again
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
    And at once price list and terms sent
    And at once placed the first order
    And at once ordered again
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
    When after 1 day placed the first order
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
    When after 1 day terms are revised
    And after 1 day price list and terms sent
    Then the control point recalculated is at least 100%

  Scenario Outline: Request to a regular client
    Given a case in the state received
    When after <time> reached
    And at once need understood
    And at once price list and terms sent
    And at once placed the first order
    And at once ordered again
    Then the control point win_rate is <verdict>

    Examples:
      | time     | verdict       |
      | 1 day    | at least 100% |
      | 190 days | at most 0%    |

  Scenario: Request to a regular client: lost
    Given a case in the state received
    When after 1 hour lost
    Then the control point win_rate is at most 0%

  Scenario: From the inquiry to the payment (half of those who paid): kept
    Given a case in the state received
    When after 1 day reached
    And at once need understood
    And at once price list and terms sent
    And at once placed the first order
    And at once ordered again
    Then the control point cycle_time is at most 1 day

  Scenario: From the inquiry to the payment (half of those who paid): missed
    Given a case in the state received
    When after 40 days reached
    And at once need understood
    And at once price list and terms sent
    And at once placed the first order
    And at once ordered again
    Then the control point cycle_time is at least 40 days

  Scenario: Sales: kept
    Given the case has amount 120000
    And a case in the state received
    When after 1 day reached
    And at once need understood
    And at once price list and terms sent
    And at once placed the first order
    And at once ordered again
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
    And at once price list and terms sent
    And at once placed the first order
    And at once ordered again
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
    And at once price list and terms sent
    And at once placed the first order
    And at once ordered again
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
    And at once price list and terms sent
    And at once placed the first order
    And at once ordered again
    Then the control point lost_revenue is at most 0

  Scenario: Value of losses by reason: missed
    Given the case has amount 120000
    And a case in the state received
    When after 1 day lost
    Then the control point lost_revenue is at least 120000

  Scenario Outline: Need to terms
    Given a case in the state qualified
    When after <time> price list and terms sent
    Then the control point quote_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 24 days | at most 0%    |

  Scenario: Need to terms: lost
    Given a case in the state qualified
    When after 1 hour lost
    Then the control point quote_rate is at most 0%

  Scenario: Time to the price list and terms (3 of 4): kept
    Given a case in the state qualified
    When after 10 minutes price list and terms sent
    Then the control point quote_time is at most 10 minutes

  Scenario: Time to the price list and terms (3 of 4): missed
    Given a case in the state qualified
    When after 4 hours price list and terms sent
    Then the control point quote_time is at least 4 hours

  Scenario Outline: Terms to the first order
    Given a case in the state quoted
    When after <time> placed the first order
    Then the control point order_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 70 days | at most 0%    |

  Scenario: Terms to the first order: lost
    Given a case in the state quoted
    When after 1 hour lost
    Then the control point order_rate is at most 0%

  Scenario Outline: First order to the second
    Given a case in the state ordered
    When after <time> ordered again
    Then the control point reorder_rate is <verdict>

    Examples:
      | time     | verdict       |
      | 1 day    | at least 100% |
      | 100 days | at most 0%    |

  Scenario: First order to the second: lost
    Given a case in the state ordered
    When after 1 hour lost
    Then the control point reorder_rate is at most 0%

  Scenario: Time to the second order (half of those who ordered again): kept
    Given a case in the state ordered
    When after 1 day ordered again
    Then the control point reorder_time is at most 1 day

  Scenario: Time to the second order (half of those who ordered again): missed
    Given a case in the state ordered
    When after 40 days ordered again
    Then the control point reorder_time is at least 40 days

  Scenario: Overdue payments per buyer with an order: kept
    Given a case in the state received
    When 1 day pass
    Then the control point overdue_payments is at most 0

  Scenario: Overdue payments per buyer with an order: missed
    Given a case in the state received
    When after 1 hour Payment overdue
    And after 1 hour Payment overdue
    Then the control point overdue_payments is at least 2

  Scenario: Further orders per buyer: kept
    Given a case in the state received
    When after 1 hour Further order
    And after 1 hour Further order
    Then the control point further_orders is at least 2

  Scenario: Further orders per buyer: missed
    Given a case in the state received
    When 1 day pass
    Then the control point further_orders is at most 0
