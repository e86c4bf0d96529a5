Feature: Trial class and membership
  After the trial class a membership is offered while the impression is fresh.

  Background:
    Given the process fitness

  Scenario: The normal course
    Given the case has amount 24000
    And the case has manager Orlova
    When on Monday 12:00 a case arrives
    And after 10 minutes confirmed
    And after 1 day Visit reminder
    And after 1 day came
    And after 1 hour offered
    And after 1 day Follow-up after the trial
    And after 1 day bought
    Then the case is won
    And the control point inquiries is at least 1
    And the control point by_the_book is at least 100%
    And the control point void_share is at most 0%
    And the control point no_manager is at most 0%
    And the control point sales is at least 24000
    And the control point average_sale is at least 24000
    And the control point offered is at least 24000
    And the control point money_win_rate is at least 1
    And the control point lost_revenue is at most 0
    And the control point confirmation_time is at most 15 minutes
    And the control point reminded is at least 100%
    And the control point win_rate is at least 100%
    And the control point offer_rate is at least 100%
    And the control point offer_close_rate is at least 100%
    And the control point offer_followed_up is at least 100%

  Scenario: A loss with its reason
    Given the case has amount 24000
    And the case has loss_reason Price
    And a case in the state Membership offered
    When after 1 day lost
    Then the case is lost
    And the control point lost_revenue is at least 24000
    And the control point no_loss_reason is at most 0%
    And the control point money_win_rate is at most 0%
    And the control point sales is at most 0

  Scenario: A loss without a reason or a manager
    Given the case has loss_reason (none)
    And the case has manager (none)
    And a case in the state Membership offered
    When after 1 day lost
    Then the case is lost
    And the control point no_loss_reason is at least 100%
    And the control point no_manager is at least 100%

  Scenario: Did not come and is booked again
    When on Saturday 15:00 a case arrives
    And after 1 day did not come
    And after 1 hour booked again
    Then the case is in the state Booked for a trial
    And the control point no_show_rate is at least 100%
    And the control point rebook_rate is at least 100%

  Scenario: Reminded twice
    When on Monday 12:00 a case arrives
    And after 1 day Visit reminder
    And after 22 hours Visit reminder
    And after 2 hours came
    Then the case is in the state Took the trial
    And reminder happened 2 times
    And the control point reminded is at least 100%
    And the control point show_rate is at least 100%
    And the control point visits is at least 1
    And from booked to came it took at most 3 days

  Scenario: Nobody pays without a visit
    When on Monday 12:00 a case arrives
    Then the transition bought is not allowed

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
    Given a case in the state Took the trial
    When after 40 minutes Booked for the next time
    Then the control point rebooked is at least 100%
    And next_booking happened 1 time

  Scenario: Offered and forgotten
    Given a case in the state Membership offered
    When 3 days pass
    Then the control point offer_followed_up is at most 0%

  Scenario: No offer before the trial
    When on Monday 12:00 a case arrives
    Then the transition offered is not allowed

  Scenario: No client
    Given a case in the state Booked for a trial
    When after 1 hour not a customer
    Then the case is void
    And the control point void_share is at least 100%

  Scenario: Out of order
    When on Monday 12:00 a case arrives
    And against the process after 1 hour Bought a membership
    Then the control point by_the_book is at most 0%

  Scenario Outline: On in time
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at least 100%

    Examples:
      | from               | time   | what                      | point             |
      | Booked for a trial | 1 hour | came                      | show_rate         |
      | Booked for a trial | 1 hour | Visit reminder            | reminded          |
      | No-show            | 1 hour | booked again              | rebook_rate       |
      | Booked for a trial | 1 hour | confirmed                 | confirm_rate      |
      | Confirmed          | 1 hour | came                      | arrive_rate       |
      | Took the trial     | 1 hour | Booked for the next time  | rebooked          |
      | Took the trial     | 1 hour | offered                   | offer_rate        |
      | Membership offered | 1 hour | bought                    | offer_close_rate  |
      | Membership offered | 1 hour | Follow-up after the trial | offer_followed_up |

  Scenario Outline: The time is over, nothing happened
    Given a case in the state <from>
    When <time> pass
    Then the control point <point> is at most 0%

    Examples:
      | from               | time    | point             |
      | Booked for a trial | 31 days | show_rate         |
      | Booked for a trial | 31 days | reminded          |
      | No-show            | 8 days  | rebook_rate       |
      | Booked for a trial | 15 days | confirm_rate      |
      | Confirmed          | 31 days | arrive_rate       |
      | Took the trial     | 2 days  | rebooked          |
      | Took the trial     | 2 days  | offer_rate        |
      | Membership offered | 15 days | offer_close_rate  |
      | Membership offered | 3 days  | offer_followed_up |

  Scenario Outline: What should be rare: it happened
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at least 100%

    Examples:
      | from               | time   | what         | point        |
      | Booked for a trial | 1 hour | did not come | no_show_rate |
      | Booked for a trial | 1 hour | cancelled    | cancel_rate  |
      | Membership offered | 1 day  | lost         | offer_losses |

  Scenario Outline: What should be rare: it did not happen
    Given a case in the state <from>
    When <time> pass
    Then the control point <point> is at most 0%

    Examples:
      | from               | time    | point        |
      | Booked for a trial | 31 days | no_show_rate |
      | Booked for a trial | 31 days | cancel_rate  |

  Scenario Outline: What should be rare: the case went on
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at most 0%

    Examples:
      | from               | time  | what   | point        |
      | Membership offered | 1 day | bought | offer_losses |

  Scenario Outline: Fast
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at most <limit>

    Examples:
      | from               | time   | what      | point             | limit  |
      | Booked for a trial | 1 hour | came      | booking_lead      | 1 hour |
      | Booked for a trial | 1 hour | confirmed | confirmation_time | 1 hour |

  Scenario Outline: Slow
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at least <limit>

    Examples:
      | from               | time   | what      | point             | limit |
      | Booked for a trial | 5 days | came      | booking_lead      | 1 day |
      | Booked for a trial | 5 days | confirmed | confirmation_time | 1 day |

  Scenario Outline: Nothing moves
    Given a case in the state <from>
    When <time> pass
    Then the control point <point> is at least <limit>

    Examples:
      | from               | time    | point    | limit   |
      | Booked for a trial | 30 days | open_age | 29 days |

  Scenario Outline: Every loss
    Given a case in the state <from>
    When after 1 hour <what>
    Then the case is in the state <then>

    Examples:
      | from               | what           | then                 |
      | Booked for a trial | lost           | Lost                 |
      | Took the trial     | lost           | Lost                 |
      | No-show            | lost           | Lost                 |
      | Confirmed          | lost           | Lost                 |
      | Membership offered | lost           | Lost                 |
      | Booked for a trial | not a customer | Not a customer       |
      | Took the trial     | not a customer | Not a customer       |
      | Booked for a trial | cancelled      | Cancelled in advance |
      | Confirmed          | cancelled      | Cancelled in advance |
      | No-show            | cancelled      | Cancelled in advance |

  Scenario Outline: Every move
    Given a case in the state <from>
    When after 1 hour <what>
    Then the case is in the state <then>

    Examples:
      | from               | what         | then                |
      | Booked for a trial | came         | Took the trial      |
      | Confirmed          | came         | Took the trial      |
      | Booked for a trial | did not come | No-show             |
      | Confirmed          | did not come | No-show             |
      | No-show            | booked again | Booked for a trial  |
      | Booked for a trial | confirmed    | Confirmed           |
      | Confirmed          | moved        | Booked for a trial  |
      | Membership offered | bought       | Bought a membership |
      | Took the trial     | offered      | Membership offered  |
