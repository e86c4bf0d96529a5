Feature: Bringing clients back
  Those who are due are invited in time and with a reason; those who asked to be left alone are left alone.

  Background:
    Given the process retention

  Scenario: Invited, talked to, back
    When on Monday 10:00 a case arrives
    And after 1 day Message to the client
    And after 1 day Call attempt
    And after 1 minute reached
    And after 2 minutes Next step agreed
    And after 3 minutes offered a reason
    And after 7 days came back and paid
    Then the case is won
    And the rule not_invited is green

  Scenario: Came back on the invitation without a call
    When on Monday 10:00 a case arrives
    And after 1 day Message to the client
    And after 5 days came back and paid
    Then the case is won

  Scenario: Due, and nobody invited
    Given a case in the state due
    When 20 days pass
    Then the rule not_invited is red

  Scenario: Nothing is offered to those who asked to be left alone
    Given a case in the state opted_out
    Then the transition offer is not allowed

  Scenario Outline: A loss is possible at every stage
    Given a case in the state <stage>
    When after 1 hour lost
    Then the case is in the state lost
    And the case is lost

    Examples:
      | stage     |
      | due       |
      | contacted |
      | offered   |

  Scenario: The move “reached”
    Given a case in the state due
    When after 1 hour reached
    Then the case is in the state contacted

  Scenario: The move “offered a reason”
    Given a case in the state contacted
    When after 1 hour offered a reason
    Then the case is in the state offered

  Scenario Outline: The move “came back and paid”
    Given a case in the state <stage>
    When after 1 hour came back and paid
    Then the case is in the state won
    And the case is won

    Examples:
      | stage     |
      | due       |
      | contacted |
      | offered   |

  Scenario Outline: The move “asked to be left alone”
    Given a case in the state <stage>
    When after 1 hour asked to be left alone
    Then the case is in the state opted_out
    And the case is lost

    Examples:
      | stage     |
      | due       |
      | contacted |
      | offered   |

  Scenario: The move “error in the client base”
    Given a case in the state due
    When after 1 hour error in the client base
    Then the case is in the state spam
    And the case is void

  Scenario: Inquiries
    Given a case in the state due
    Then the control point inquiries is at least 1

  Scenario: Share of spam, duplicates and non-clients: kept
    Given a case in the state due
    When after 1 hour came back and paid
    Then the control point void_share is at most 0%

  Scenario: Share of spam, duplicates and non-clients: missed
    Given a case in the state due
    When after 1 hour error in the client base
    Then the control point void_share is at least 100%

  Scenario: Inquiries without a manager: kept
    Given the case has manager Smith
    And a case in the state due
    Then the control point no_manager is at most 0%

  Scenario: Inquiries without a manager: missed
    Given the case has manager (none)
    And a case in the state due
    Then the control point no_manager is at least 100%

  Scenario: Losses without a reason: kept
    Given the case has loss_reason Дорого
    And a case in the state due
    When after 1 day lost
    Then the control point no_loss_reason is at most 0%

  Scenario: Losses without a reason: missed
    Given the case has loss_reason (none)
    And a case in the state due
    When after 1 day lost
    Then the control point no_loss_reason is at least 100%

  Scenario: Age of open inquiries (half are older): kept
    Given a case in the state due
    When 2 days pass
    Then the control point open_age is at most 2 days

  Scenario: Age of open inquiries (half are older): missed
    Given a case in the state due
    When 30 days pass
    Then the control point open_age is at least 30 days

  Scenario: All stages passed in order: kept
    Given a case in the state due
    When after 1 hour came back and paid
    Then the control point by_the_book is at least 100%

  Scenario: All stages passed in order: missed
    Given a case in the state due
    When against the process after 1 hour offered
    Then the control point by_the_book is at most 0%

  Scenario Outline: Came back within 60 days
    Given a case in the state due
    When after <time> came back and paid
    Then the control point win_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 70 days | at most 0%    |

  Scenario: Came back within 60 days: lost
    Given a case in the state due
    When after 1 hour lost
    Then the control point win_rate is at most 0%

  Scenario: From being due to coming back (half of those who did): kept
    Given a case in the state due
    When after 1 day came back and paid
    Then the control point cycle_time is at most 1 day

  Scenario: From being due to coming back (half of those who did): missed
    Given a case in the state due
    When after 40 days came back and paid
    Then the control point cycle_time is at least 40 days

  Scenario: Sales: kept
    Given the case has amount 120000
    And a case in the state due
    When after 1 day came back and paid
    Then the control point sales is at least 120000

  Scenario: Sales: missed
    Given the case has amount 120000
    And a case in the state due
    When after 1 day lost
    Then the control point sales is at most 0

  Scenario: Average sale
    Given the case has amount 120000
    And a case in the state due
    When after 1 day came back and paid
    Then the control point average_sale is at least 120000

  Scenario: Value of all priced orders
    Given the case has amount 120000
    And a case in the state due
    When after 1 day lost
    Then the control point offered is at least 120000

  Scenario: Paid share of the value priced: kept
    Given the case has amount 120000
    And a case in the state due
    When after 1 day came back and paid
    Then the control point money_win_rate is at least 1

  Scenario: Paid share of the value priced: missed
    Given the case has amount 120000
    And a case in the state due
    When after 1 day lost
    Then the control point money_win_rate is at most 0

  Scenario: Value of losses by reason: kept
    Given the case has amount 120000
    And a case in the state due
    When after 1 day came back and paid
    Then the control point lost_revenue is at most 0

  Scenario: Value of losses by reason: missed
    Given the case has amount 120000
    And a case in the state due
    When after 1 day lost
    Then the control point lost_revenue is at least 120000

  Scenario Outline: Invited within 14 days of being due
    Given a case in the state due
    When after <time> Message to the client
    Then the control point invited is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 24 days | at most 0%    |

  Scenario: Invited within 14 days of being due: lost
    Given a case in the state due
    When after 1 hour lost
    Then the control point invited is at most 0%

  Scenario Outline: Due to conversation
    Given a case in the state due
    When after <time> reached
    Then the control point contact_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 40 days | at most 0%    |

  Scenario: Due to conversation: lost
    Given a case in the state due
    When after 1 hour lost
    Then the control point contact_rate is at most 0%

  Scenario: Call attempts per client: kept
    Given a case in the state due
    When after 1 hour Call attempt
    And after 1 hour Call attempt
    Then the control point attempts is at least 2

  Scenario: Call attempts per client: missed
    Given a case in the state due
    When 1 day pass
    Then the control point attempts is at most 0

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

  Scenario Outline: Conversation to offer
    Given a case in the state contacted
    When after <time> offered a reason
    Then the control point offer_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 17 days | at most 0%    |

  Scenario: Conversation to offer: lost
    Given a case in the state contacted
    When after 1 hour lost
    Then the control point offer_rate is at most 0%

  Scenario Outline: Offer to coming back
    Given a case in the state offered
    When after <time> came back and paid
    Then the control point return_rate is <verdict>

    Examples:
      | time    | verdict       |
      | 1 day   | at least 100% |
      | 40 days | at most 0%    |

  Scenario: Offer to coming back: lost
    Given a case in the state offered
    When after 1 hour lost
    Then the control point return_rate is at most 0%

  Scenario: Asked to be left alone: kept
    Given a case in the state due
    When after 1 hour lost
    Then the control point opt_out_share is at most 0%

  Scenario: Asked to be left alone: missed
    Given a case in the state due
    When after 1 day asked to be left alone
    Then the control point opt_out_share is at least 100%
