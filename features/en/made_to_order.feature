Feature: Made-to-order sale
  From the lead to the payment: a rough price, a measuring, an exact price, a contract.

  Background:
    Given the process made_to_order

  Scenario: From the lead to the payment
    When on Monday 10:00 a case arrives
    And after 5 minutes Call attempt
    And after 2 minutes reached
    And after 5 minutes Next step agreed
    And after 20 minutes need understood
    And after 2 hours estimated
    And after 1 hour measuring visit booked
    And after 2 days measured
    And after 1 day quote sent
    And after 2 days Follow-up after the quote
    And after 2 days contract signed
    And after 1 day Payment reminder
    And after 1 day paid
    Then the case is won
    And the rule measure_waits is green
    And the rule no_follow_up is green

  Scenario: More than a week for the measuring
    Given a case in the state measure_booked
    When after 3 days Measuring visit moved
    And after 6 days measured
    Then the rule measure_waits is red

  Scenario: The measuring was cancelled and booked again
    Given a case in the state measure_booked
    When after 1 day measuring visit cancelled
    And after 2 days measuring visit booked
    Then the case is in the state measure_booked

  Scenario: Measuring right after the talk
    Given a case in the state qualified
    When after 10 minutes measuring visit booked
    Then the case is in the state measure_booked

  Scenario: No exact estimate without measuring
    Given a case in the state estimated
    Then the transition quote is not allowed

  Scenario: Nobody pays without a contract
    Given a case in the state quoted
    Then the transition pay is not allowed

  Scenario: The contract was edited three times
    Given a case in the state quoted
    When after 1 day Contract edit
    And after 1 day Contract edit
    And after 1 day Contract edit
    And after 1 day contract signed
    Then the rule many_edits is red

  Scenario Outline: A loss is possible at every stage
    Given a case in the state <stage>
    When after 1 hour lost
    Then the case is in the state lost
    And the case is lost

    Examples:
      | stage          |
      | received       |
      | contacted      |
      | qualified      |
      | estimated      |
      | quoted         |
      | contracted     |
      | measure_booked |
      | measured       |

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

  Scenario: The move “contract signed”
    Given a case in the state quoted
    When after 1 hour contract signed
    Then the case is in the state contracted

  Scenario: The move “paid”
    Given a case in the state contracted
    When after 1 hour paid
    Then the case is in the state won
    And the case is won

  Scenario Outline: The move “measuring visit booked”
    Given a case in the state <stage>
    When after 1 hour measuring visit booked
    Then the case is in the state measure_booked

    Examples:
      | stage     |
      | qualified |
      | estimated |

  Scenario: The move “measuring visit cancelled”
    Given a case in the state measure_booked
    When after 1 hour measuring visit cancelled
    Then the case is in the state estimated

  Scenario: The move “measured”
    Given a case in the state measure_booked
    When after 1 hour measured
    Then the case is in the state measured

  Scenario: The move “quote sent”
    Given a case in the state measured
    When after 1 hour quote sent
    Then the case is in the state quoted

  Scenario: The move “recalculation”
    Given a case in the state quoted
    When after 1 hour recalculation
    Then the case is in the state measured

  Scenario: Inquiries
    Given a case in the state received
    Then the control point inquiries is at least 1

  Scenario: Share of spam, duplicates and non-clients: kept
    Given a case in the state received
    When after 1 hour reached
    And at once need understood
    And at once measuring visit booked
    And at once measured
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
    And at once measuring visit booked
    And at once measured
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
    When after 1 day recalculation
    And after 1 day quote sent
    Then the control point recalculated is at least 100%

  Scenario Outline: Inquiry to payment
    Given a case in the state received
    When after <time> reached
    And at once need understood
    And at once measuring visit booked
    And at once measured
    And at once quote sent
    And at once contract signed
    And at once paid
    Then the control point win_rate is <verdict>

    Examples:
      | time     | verdict       |
      | 1 day    | at least 100% |
      | 100 days | at most 0%    |

  Scenario: Inquiry to payment: lost
    Given a case in the state received
    When after 1 hour lost
    Then the control point win_rate is at most 0%

  Scenario: From the inquiry to the payment (half of those who paid): kept
    Given a case in the state received
    When after 1 day reached
    And at once need understood
    And at once measuring visit booked
    And at once measured
    And at once quote sent
    And at once contract signed
    And at once paid
    Then the control point cycle_time is at most 1 day

  Scenario: From the inquiry to the payment (half of those who paid): missed
    Given a case in the state received
    When after 40 days reached
    And at once need understood
    And at once measuring visit booked
    And at once measured
    And at once quote sent
    And at once contract signed
    And at once paid
    Then the control point cycle_time is at least 40 days

  Scenario: Sales: kept
    Given the case has amount 120000
    And a case in the state received
    When after 1 day reached
    And at once need understood
    And at once measuring visit booked
    And at once measured
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
    And at once measuring visit booked
    And at once measured
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
    And at once measuring visit booked
    And at once measured
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
    And at once measuring visit booked
    And at once measured
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
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 40 days | at most 0%    |

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

  Scenario Outline: Estimate to booked measuring visit
    Given a case in the state estimated
    When after <time> measuring visit booked
    Then the control point measure_booking_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 24 days | at most 0%    |

  Scenario: Estimate to booked measuring visit: lost
    Given a case in the state estimated
    When after 1 hour lost
    Then the control point measure_booking_rate is at most 0%

  Scenario Outline: Booked measuring visit took place
    Given a case in the state measure_booked
    When after <time> measured
    Then the control point measure_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 24 days | at most 0%    |

  Scenario: Booked measuring visit took place: lost
    Given a case in the state measure_booked
    When after 1 hour lost
    Then the control point measure_rate is at most 0%

  Scenario: Wait for the measuring visit (3 of 4): kept
    Given a case in the state measure_booked
    When after 1 day lost
    Then the control point measure_wait is at most 1 day

  Scenario: Wait for the measuring visit (3 of 4): missed
    Given a case in the state measure_booked
    When after 30 days lost
    Then the control point measure_wait is at least 30 days

  Scenario: Measuring visits moved per case: kept
    Given a case in the state received
    When 1 day pass
    Then the control point measures_moved is at most 0

  Scenario: Measuring visits moved per case: missed
    Given a case in the state received
    When after 1 hour Measuring visit moved
    And after 1 hour Measuring visit moved
    Then the control point measures_moved is at least 2

  Scenario Outline: Estimate to quote
    Given a case in the state estimated
    When after <time> measuring visit booked
    And after 1 day measured
    And after 1 day quote sent
    Then the control point quote_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 40 days | at most 0%    |

  Scenario: Estimate to quote: lost
    Given a case in the state estimated
    When after 1 hour lost
    Then the control point quote_rate is at most 0%

  Scenario Outline: Measuring visit to quote
    Given a case in the state measured
    When after <time> quote sent
    Then the control point measured_quote_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 24 days | at most 0%    |

  Scenario: Measuring visit to quote: lost
    Given a case in the state measured
    When after 1 hour lost
    Then the control point measured_quote_rate is at most 0%

  Scenario: Time from the measuring visit to the quote (3 of 4): kept
    Given a case in the state measured
    When after 10 minutes quote sent
    Then the control point quote_time is at most 10 minutes

  Scenario: Time from the measuring visit to the quote (3 of 4): missed
    Given a case in the state measured
    When after 4 hours quote sent
    Then the control point quote_time is at least 4 hours
