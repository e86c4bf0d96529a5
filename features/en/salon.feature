Feature: Beauty salon appointment
  A booking is confirmed and reminded of; after the visit the next one is offered.

  Background:
    Given the process salon

  Scenario: The normal course
    Given the case has amount 4500
    And the case has manager Orlova
    When on Monday 12:00 a case arrives
    And after 10 minutes confirmed
    And after 1 day Visit reminder
    And after 1 day came
    And after 1 hour Bought an add-on service
    And after 5 minutes Booked for the next time
    And after 5 minutes paid
    Then the case is won
    And the control point inquiries is at least 1
    And the control point by_the_book is at least 100%
    And the control point void_share is at most 0%
    And the control point no_manager is at most 0%
    And the control point sales is at least 4500
    And the control point average_sale is at least 4500
    And the control point offered is at least 4500
    And the control point money_win_rate is at least 1
    And the control point lost_revenue is at most 0
    And the control point confirmation_time is at most 15 minutes
    And the control point reminded is at least 100%
    And the control point win_rate is at least 100%
    And the control point add_on_rate is at least 100%
    And the control point rebooked is at least 100%
    And the control point pay_rate is at least 100%

  Scenario: A loss with its reason
    Given the case has amount 4500
    And the case has loss_reason Price
    And a case in the state Came to the specialist
    When after 1 day lost
    Then the case is lost
    And the control point lost_revenue is at least 4500
    And the control point no_loss_reason is at most 0%
    And the control point money_win_rate is at most 0%
    And the control point sales is at most 0

  Scenario: A loss without a reason or a manager
    Given the case has loss_reason (none)
    And the case has manager (none)
    And a case in the state Came to the specialist
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
    Then the case is in the state Came to the specialist
    And reminder happened 2 times
    And the control point reminded is at least 100%
    And the control point show_rate is at least 100%
    And the control point visits is at least 1
    And from booked to came it took at most 3 days

  Scenario: Nobody pays without a visit
    When on Monday 12:00 a case arrives
    Then the transition paid is not allowed

  Scenario: A confirmed booking is moved
    When on Monday 12:00 a case arrives
    And after 1 hour confirmed
    And after 1 hour moved
    And after 5 minutes confirmed
    Then the case is in the state Confirmed
    And the control point booked_anew is at least 100%

  Scenario: Never moved
    When on Monday 12:00 a case arrives
    And after 1 hour confirmed
    And after 1 day came
    Then the control point booked_anew is at most 0%

  Scenario: Cancelled in advance
    When on Monday 12:00 a case arrives
    And after 1 hour confirmed
    And after 1 day cancelled
    Then the case is lost
    And the case is in the state Cancelled in advance
    And the control point cancel_rate is at least 100%

  Scenario: Leaves with the next booking
    Given a case in the state Came to the specialist
    When after 40 minutes Booked for the next time
    Then the control point rebooked is at least 100%
    And next_booking happened 1 time

  Scenario: No client
    Given a case in the state Booked
    When after 1 hour not a customer
    Then the case is void
    And the control point void_share is at least 100%

  Scenario: Out of order
    When on Monday 12:00 a case arrives
    And against the process after 1 hour Service paid
    Then the control point by_the_book is at most 0%

  Scenario Outline: On in time
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at least 100%

    Examples:
      | from                   | time   | what                     | point        |
      | Booked                 | 1 hour | came                     | show_rate    |
      | Booked                 | 1 hour | Visit reminder           | reminded     |
      | No-show                | 1 hour | booked again             | rebook_rate  |
      | Booked                 | 1 hour | confirmed                | confirm_rate |
      | Confirmed              | 1 hour | came                     | arrive_rate  |
      | Came to the specialist | 1 hour | paid                     | pay_rate     |
      | Came to the specialist | 1 hour | Booked for the next time | rebooked     |
      | Came to the specialist | 1 hour | Bought an add-on service | add_on_rate  |

  Scenario Outline: The time is over, nothing happened
    Given a case in the state <from>
    When <time> pass
    Then the control point <point> is at most 0%

    Examples:
      | from                   | time    | point        |
      | Booked                 | 31 days | show_rate    |
      | Booked                 | 31 days | reminded     |
      | No-show                | 8 days  | rebook_rate  |
      | Booked                 | 15 days | confirm_rate |
      | Confirmed              | 31 days | arrive_rate  |
      | Came to the specialist | 2 days  | pay_rate     |
      | Came to the specialist | 2 days  | rebooked     |
      | Came to the specialist | 2 days  | add_on_rate  |

  Scenario Outline: What should be rare: it happened
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at least 100%

    Examples:
      | from   | time   | what         | point        |
      | Booked | 1 hour | did not come | no_show_rate |
      | Booked | 1 hour | cancelled    | cancel_rate  |

  Scenario Outline: What should be rare: it did not happen
    Given a case in the state <from>
    When <time> pass
    Then the control point <point> is at most 0%

    Examples:
      | from   | time    | point        |
      | Booked | 31 days | no_show_rate |
      | Booked | 31 days | cancel_rate  |

  Scenario Outline: Fast
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at most <limit>

    Examples:
      | from                   | time   | what      | point             | limit  |
      | Booked                 | 1 hour | came      | booking_lead      | 1 hour |
      | Booked                 | 1 hour | confirmed | confirmation_time | 1 hour |
      | Came to the specialist | 1 hour | paid      | visit_time        | 1 hour |

  Scenario Outline: Slow
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at least <limit>

    Examples:
      | from                   | time   | what      | point             | limit |
      | Booked                 | 5 days | came      | booking_lead      | 1 day |
      | Booked                 | 5 days | confirmed | confirmation_time | 1 day |
      | Came to the specialist | 5 days | paid      | visit_time        | 1 day |

  Scenario Outline: Nothing moves
    Given a case in the state <from>
    When <time> pass
    Then the control point <point> is at least <limit>

    Examples:
      | from   | time    | point    | limit   |
      | Booked | 30 days | open_age | 29 days |

  Scenario Outline: Every loss
    Given a case in the state <from>
    When after 1 hour <what>
    Then the case is in the state <then>

    Examples:
      | from                   | what           | then                 |
      | Booked                 | lost           | Lost                 |
      | Came to the specialist | lost           | Lost                 |
      | No-show                | lost           | Lost                 |
      | Confirmed              | lost           | Lost                 |
      | Booked                 | not a customer | Not a customer       |
      | Came to the specialist | not a customer | Not a customer       |
      | Booked                 | cancelled      | Cancelled in advance |
      | Confirmed              | cancelled      | Cancelled in advance |
      | No-show                | cancelled      | Cancelled in advance |

  Scenario Outline: Every move
    Given a case in the state <from>
    When after 1 hour <what>
    Then the case is in the state <then>

    Examples:
      | from                   | what         | then                   |
      | Booked                 | came         | Came to the specialist |
      | Confirmed              | came         | Came to the specialist |
      | Booked                 | did not come | No-show                |
      | Confirmed              | did not come | No-show                |
      | No-show                | booked again | Booked                 |
      | Booked                 | confirmed    | Confirmed              |
      | Confirmed              | moved        | Booked                 |
      | Came to the specialist | paid         | Service paid           |
