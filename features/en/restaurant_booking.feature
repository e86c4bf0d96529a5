Feature: Restaurant booking
  A table is confirmed, guests are expected, at the peak a deposit is taken.

  Background:
    Given the process restaurant_booking

  Scenario: The normal course
    Given the case has amount 6800
    And the case has manager Orlova
    When on Monday 12:00 a case arrives
    And after 10 minutes confirmed
    And after 1 day Visit reminder
    And after 1 day came
    And after 1 hour 30 minutes paid
    Then the case is won
    And the control point inquiries is at least 1
    And the control point by_the_book is at least 100%
    And the control point void_share is at most 0%
    And the control point no_manager is at most 0%
    And the control point sales is at least 6800
    And the control point average_sale is at least 6800
    And the control point offered is at least 6800
    And the control point money_win_rate is at least 1
    And the control point lost_revenue is at most 0
    And the control point confirmation_time is at most 15 minutes
    And the control point reminded is at least 100%
    And the control point win_rate is at least 100%
    And the control point pay_rate is at least 100%
    And the control point table_time is at most 2 hours

  Scenario: A loss with its reason
    Given the case has amount 6800
    And the case has loss_reason Price
    And a case in the state Guests seated
    When after 1 day lost
    Then the case is lost
    And the control point lost_revenue is at least 6800
    And the control point no_loss_reason is at most 0%
    And the control point money_win_rate is at most 0%
    And the control point sales is at most 0

  Scenario: A loss without a reason or a manager
    Given the case has loss_reason (none)
    And the case has manager (none)
    And a case in the state Guests seated
    When after 1 day lost
    Then the case is lost
    And the control point no_loss_reason is at least 100%
    And the control point no_manager is at least 100%

  Scenario: Did not come and is booked again
    When on Saturday 15:00 a case arrives
    And after 1 day did not come
    And after 1 hour booked again
    Then the case is in the state Table booked
    And the control point no_show_rate is at least 100%
    And the control point rebook_rate is at least 100%

  Scenario: Reminded twice
    When on Monday 12:00 a case arrives
    And after 1 day Visit reminder
    And after 22 hours Visit reminder
    And after 2 hours came
    Then the case is in the state Guests seated
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
    Given a case in the state Guests seated
    When after 40 minutes Booked for the next time
    Then the control point rebooked is at least 100%
    And next_booking happened 1 time

  Scenario: A large table on Saturday with a deposit
    When on Saturday 15:00 a case arrives
    And after 1 hour Deposit paid
    And after 1 hour confirmed
    Then the control point deposit_rate is at least 100%
    And the case is in the state Confirmed

  Scenario: No client
    Given a case in the state Table booked
    When after 1 hour not a guest
    Then the case is void
    And the control point void_share is at least 100%

  Scenario: Out of order
    When on Monday 12:00 a case arrives
    And against the process after 1 hour Bill paid
    Then the control point by_the_book is at most 0%

  Scenario Outline: On in time
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at least 100%

    Examples:
      | from          | time   | what                     | point        |
      | Table booked  | 1 hour | came                     | show_rate    |
      | Table booked  | 1 hour | Visit reminder           | reminded     |
      | No-show       | 1 hour | booked again             | rebook_rate  |
      | Table booked  | 1 hour | confirmed                | confirm_rate |
      | Confirmed     | 1 hour | came                     | arrive_rate  |
      | Guests seated | 1 hour | paid                     | pay_rate     |
      | Guests seated | 1 hour | Booked for the next time | rebooked     |
      | Table booked  | 1 hour | Deposit paid             | deposit_rate |

  Scenario Outline: The time is over, nothing happened
    Given a case in the state <from>
    When <time> pass
    Then the control point <point> is at most 0%

    Examples:
      | from          | time    | point        |
      | Table booked  | 31 days | show_rate    |
      | Table booked  | 31 days | reminded     |
      | No-show       | 8 days  | rebook_rate  |
      | Table booked  | 15 days | confirm_rate |
      | Confirmed     | 31 days | arrive_rate  |
      | Guests seated | 2 days  | pay_rate     |
      | Guests seated | 2 days  | rebooked     |
      | Table booked  | 31 days | deposit_rate |

  Scenario Outline: What should be rare: it happened
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at least 100%

    Examples:
      | from         | time   | what         | point        |
      | Table booked | 1 hour | did not come | no_show_rate |
      | Table booked | 1 hour | cancelled    | cancel_rate  |

  Scenario Outline: What should be rare: it did not happen
    Given a case in the state <from>
    When <time> pass
    Then the control point <point> is at most 0%

    Examples:
      | from         | time    | point        |
      | Table booked | 31 days | no_show_rate |
      | Table booked | 31 days | cancel_rate  |

  Scenario Outline: Fast
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at most <limit>

    Examples:
      | from          | time   | what      | point             | limit  |
      | Table booked  | 1 hour | came      | booking_lead      | 1 hour |
      | Table booked  | 1 hour | confirmed | confirmation_time | 1 hour |
      | Guests seated | 1 hour | paid      | table_time        | 1 hour |

  Scenario Outline: Slow
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at least <limit>

    Examples:
      | from          | time   | what      | point             | limit |
      | Table booked  | 5 days | came      | booking_lead      | 1 day |
      | Table booked  | 5 days | confirmed | confirmation_time | 1 day |
      | Guests seated | 5 days | paid      | table_time        | 1 day |

  Scenario Outline: Nothing moves
    Given a case in the state <from>
    When <time> pass
    Then the control point <point> is at least <limit>

    Examples:
      | from         | time    | point    | limit   |
      | Table booked | 30 days | open_age | 29 days |

  Scenario Outline: Every loss
    Given a case in the state <from>
    When after 1 hour <what>
    Then the case is in the state <then>

    Examples:
      | from          | what        | then                 |
      | Table booked  | lost        | Lost                 |
      | Guests seated | lost        | Lost                 |
      | No-show       | lost        | Lost                 |
      | Confirmed     | lost        | Lost                 |
      | Table booked  | not a guest | Not a guest          |
      | Guests seated | not a guest | Not a guest          |
      | Table booked  | cancelled   | Cancelled in advance |
      | Confirmed     | cancelled   | Cancelled in advance |
      | No-show       | cancelled   | Cancelled in advance |

  Scenario Outline: Every move
    Given a case in the state <from>
    When after 1 hour <what>
    Then the case is in the state <then>

    Examples:
      | from          | what         | then          |
      | Table booked  | came         | Guests seated |
      | Confirmed     | came         | Guests seated |
      | Table booked  | did not come | No-show       |
      | Confirmed     | did not come | No-show       |
      | No-show       | booked again | Table booked  |
      | Table booked  | confirmed    | Confirmed     |
      | Confirmed     | moved        | Table booked  |
      | Guests seated | paid         | Bill paid     |
