Feature: Showroom visit
  Those who booked are reminded; those who did not come are invited again.

  Background:
    Given the process showroom_visit

  Scenario: The normal course
    Given the case has amount 180000
    And the case has manager Orlova
    When on Monday 12:00 a case arrives
    And after 1 day Visit reminder
    And after 1 day came
    And after 10 minutes talked
    And after 1 hour quote sent
    And after 1 day Follow-up after the visit
    And after 1 day paid
    Then the case is won
    And the control point inquiries is at least 1
    And the control point by_the_book is at least 100%
    And the control point void_share is at most 0%
    And the control point no_manager is at most 0%
    And the control point sales is at least 180000
    And the control point average_sale is at least 180000
    And the control point offered is at least 180000
    And the control point money_win_rate is at least 1
    And the control point lost_revenue is at most 0
    And the control point consult_rate is at least 100%
    And the control point win_rate is at least 100%
    And the control point close_rate is at least 100%
    And the control point followed_up is at least 100%

  Scenario: A loss with its reason
    Given the case has amount 180000
    And the case has loss_reason Price
    And a case in the state Quoted
    When after 1 day lost
    Then the case is lost
    And the control point lost_revenue is at least 180000
    And the control point no_loss_reason is at most 0%
    And the control point money_win_rate is at most 0%
    And the control point sales is at most 0

  Scenario: A loss without a reason or a manager
    Given the case has loss_reason (none)
    And the case has manager (none)
    And a case in the state Quoted
    When after 1 day lost
    Then the case is lost
    And the control point no_loss_reason is at least 100%
    And the control point no_manager is at least 100%

  Scenario: Did not come and is booked again
    When on Saturday 15:00 a case arrives
    And after 1 day did not come
    And after 1 hour booked again
    Then the case is in the state Booked
    And the control point no_show_rate is at least 100%
    And the control point rebook_rate is at least 100%

  Scenario: Reminded twice
    When on Monday 12:00 a case arrives
    And after 1 day Visit reminder
    And after 22 hours Visit reminder
    And after 2 hours came
    Then the case is in the state Came
    And reminder happened 2 times
    And the control point reminded is at least 100%
    And the control point show_rate is at least 100%
    And the control point visits is at least 1
    And from booked to came it took at most 3 days

  Scenario: Nobody pays without a visit
    When on Monday 12:00 a case arrives
    Then the transition paid is not allowed

  Scenario: Came in from the street
    Given a case in the state Came
    When after 10 minutes talked
    And after 1 hour quote sent
    And after 2 days paid
    Then the case is won

  Scenario: Recalculated after the visit
    Given a case in the state Consulted
    When after 1 hour quote sent
    And after 1 day recalculation
    And after 1 hour quote sent
    Then the case is in the state Quoted
    And the control point recalculated is at least 100%

  Scenario: Quoted at the first go
    Given a case in the state Consulted
    When after 1 hour quote sent
    And after 1 day paid
    Then the case is won
    And the control point recalculated is at most 0%

  Scenario: No quote without a talk
    Given a case in the state Came
    Then the transition quote sent is not allowed

  Scenario: No client
    Given a case in the state Came
    When after 1 hour not a customer
    Then the case is void
    And the control point void_share is at least 100%

  Scenario: Out of order
    When on Monday 12:00 a case arrives
    And against the process after 1 hour Quoted
    Then the control point by_the_book is at most 0%

  Scenario Outline: On in time
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at least 100%

    Examples:
      | from      | time   | what                      | point        |
      | Booked    | 1 hour | came                      | show_rate    |
      | Booked    | 1 hour | Visit reminder            | reminded     |
      | No-show   | 1 hour | booked again              | rebook_rate  |
      | Quoted    | 1 hour | Follow-up after the visit | followed_up  |
      | Came      | 1 hour | talked                    | consult_rate |
      | Consulted | 1 hour | quote sent                | quote_rate   |
      | Quoted    | 1 hour | paid                      | close_rate   |

  Scenario Outline: The time is over, nothing happened
    Given a case in the state <from>
    When <time> pass
    Then the control point <point> is at most 0%

    Examples:
      | from      | time    | point        |
      | Booked    | 31 days | show_rate    |
      | Booked    | 31 days | reminded     |
      | No-show   | 8 days  | rebook_rate  |
      | Quoted    | 6 days  | followed_up  |
      | Came      | 2 days  | consult_rate |
      | Consulted | 8 days  | quote_rate   |
      | Quoted    | 31 days | close_rate   |

  Scenario Outline: What should be rare: it happened
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at least 100%

    Examples:
      | from   | time   | what         | point        |
      | Booked | 1 hour | did not come | no_show_rate |
      | Quoted | 1 day  | lost         | quote_losses |

  Scenario Outline: What should be rare: it did not happen
    Given a case in the state <from>
    When <time> pass
    Then the control point <point> is at most 0%

    Examples:
      | from   | time    | point        |
      | Booked | 31 days | no_show_rate |

  Scenario Outline: What should be rare: the case went on
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at most 0%

    Examples:
      | from   | time  | what          | point        |
      | Quoted | 1 day | recalculation | quote_losses |

  Scenario Outline: Fast
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at most <limit>

    Examples:
      | from      | time   | what       | point        | limit  |
      | Booked    | 1 hour | came       | booking_lead | 1 hour |
      | Consulted | 1 hour | quote sent | quote_time   | 1 hour |

  Scenario Outline: Slow
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at least <limit>

    Examples:
      | from      | time   | what       | point        | limit |
      | Booked    | 5 days | came       | booking_lead | 1 day |
      | Consulted | 5 days | quote sent | quote_time   | 1 day |

  Scenario Outline: Nothing moves
    Given a case in the state <from>
    When <time> pass
    Then the control point <point> is at least <limit>

    Examples:
      | from   | time    | point          | limit   |
      | Booked | 30 days | open_age       | 29 days |
      | Quoted | 30 days | quotes_waiting | 29 days |

  Scenario Outline: Every loss
    Given a case in the state <from>
    When after 1 hour <what>
    Then the case is in the state <then>

    Examples:
      | from      | what           | then                  |
      | Booked    | lost           | Left without an order |
      | Came      | lost           | Left without an order |
      | No-show   | lost           | Left without an order |
      | Quoted    | lost           | Left without an order |
      | Consulted | lost           | Left without an order |
      | Booked    | not a customer | Not a customer        |
      | Came      | not a customer | Not a customer        |

  Scenario Outline: Every move
    Given a case in the state <from>
    When after 1 hour <what>
    Then the case is in the state <then>

    Examples:
      | from      | what          | then       |
      | Booked    | came          | Came       |
      | Booked    | did not come  | No-show    |
      | No-show   | booked again  | Booked     |
      | Came      | talked        | Consulted  |
      | Consulted | quote sent    | Quoted     |
      | Quoted    | recalculation | Consulted  |
      | Quoted    | paid          | Order paid |
