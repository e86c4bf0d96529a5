Feature: Online order
  An order is confirmed, assembled, shipped, and its buyer is reminded to collect it.

  Background:
    Given the process online_order

  Scenario: The normal course
    Given the case has amount 3200
    And the case has manager Orlova
    When on Monday 12:00 a case arrives
    And after 30 minutes confirmed
    And after 2 hours assembled
    And after 1 hour shipped
    And after 2 days Reminder to collect the order
    And after 1 day delivered
    And after 5 minutes paid
    And after 3 days Request for a review
    Then the case is won
    And the control point inquiries is at least 1
    And the control point by_the_book is at least 100%
    And the control point void_share is at most 0%
    And the control point no_manager is at most 0%
    And the control point sales is at least 3200
    And the control point average_sale is at least 3200
    And the control point offered is at least 3200
    And the control point money_win_rate is at least 1
    And the control point lost_revenue is at most 0
    And the control point win_rate is at least 100%
    And the control point order_pay_rate is at least 100%
    And the control point order_confirmation_time is at most 1 hour
    And the control point pickup_reminded is at least 100%
    And the control point review_asked is at least 100%
    And the control point delivery_time is at most 4 days

  Scenario: A loss with its reason
    Given the case has amount 3200
    And the case has loss_reason Price
    And a case in the state Order placed
    When after 1 day cancelled
    Then the case is lost
    And the control point lost_revenue is at least 3200
    And the control point no_loss_reason is at most 0%
    And the control point money_win_rate is at most 0%
    And the control point sales is at most 0

  Scenario: A loss without a reason or a manager
    Given the case has loss_reason (none)
    And the case has manager (none)
    And a case in the state Order placed
    When after 1 day cancelled
    Then the case is lost
    And the control point no_loss_reason is at least 100%
    And the control point no_manager is at least 100%

  Scenario: The goods were missing and the order is cancelled
    When on Monday 12:00 a case arrives
    And after 10 minutes Out of stock
    And after 30 minutes cancelled
    Then the case is lost
    And the case is in the state Cancelled
    And the control point shortage_rate is at least 100%
    And the control point order_cancel_rate is at least 100%

  Scenario: Assembled wrongly
    Given a case in the state Order confirmed
    When after 10 minutes assembled
    And after 5 minutes assembled incorrectly
    And after 10 minutes assembled
    Then the case is in the state Assembled
    And the control point picked_again is at least 100%

  Scenario: Assembled rightly
    Given a case in the state Order confirmed
    When after 10 minutes assembled
    And after 5 minutes shipped
    Then the case is in the state Shipped
    And the control point picked_again is at most 0%

  Scenario: Sent back after payment
    Given a case in the state Received
    When after 5 minutes paid
    And after 1 hour returned after payment
    Then the case is lost
    And the case is in the state Returned

  Scenario: Nothing is assembled unconfirmed
    When on Monday 12:00 a case arrives
    Then the transition assembled is not allowed

  Scenario: Not collected
    Given a case in the state Shipped
    When after 10 days returned
    Then the case is lost
    And the control point sent_back_rate is at least 100%
    And the control point pickup_reminded is at most 0%

  Scenario: No client
    Given a case in the state Order placed
    When after 1 hour duplicate
    Then the case is void
    And the control point void_share is at least 100%

  Scenario: Out of order
    When on Monday 12:00 a case arrives
    And against the process after 1 hour Received
    Then the control point by_the_book is at most 0%

  Scenario Outline: On in time
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at least 100%

    Examples:
      | from            | time   | what                          | point              |
      | Order placed    | 1 hour | confirmed                     | order_confirm_rate |
      | Order confirmed | 1 hour | assembled                     | assembly_rate      |
      | Assembled       | 1 hour | shipped                       | dispatch_rate      |
      | Shipped         | 1 hour | delivered                     | delivery_rate      |
      | Received        | 1 hour | paid                          | order_pay_rate     |
      | Shipped         | 1 hour | Reminder to collect the order | pickup_reminded    |
      | Order placed    | 1 hour | Request for a review          | review_asked       |

  Scenario Outline: The time is over, nothing happened
    Given a case in the state <from>
    When <time> pass
    Then the control point <point> is at most 0%

    Examples:
      | from            | time    | point              |
      | Order placed    | 4 days  | order_confirm_rate |
      | Order confirmed | 8 days  | assembly_rate      |
      | Assembled       | 8 days  | dispatch_rate      |
      | Shipped         | 22 days | delivery_rate      |
      | Received        | 8 days  | order_pay_rate     |
      | Shipped         | 15 days | pickup_reminded    |
      | Order placed    | 31 days | review_asked       |

  Scenario Outline: What should be rare: it happened
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at least 100%

    Examples:
      | from         | time   | what         | point             |
      | Order placed | 1 hour | cancelled    | order_cancel_rate |
      | Shipped      | 1 hour | returned     | sent_back_rate    |
      | Order placed | 1 hour | Out of stock | shortage_rate     |

  Scenario Outline: What should be rare: it did not happen
    Given a case in the state <from>
    When <time> pass
    Then the control point <point> is at most 0%

    Examples:
      | from         | time    | point             |
      | Order placed | 22 days | order_cancel_rate |
      | Shipped      | 46 days | sent_back_rate    |
      | Order placed | 8 days  | shortage_rate     |

  Scenario Outline: Fast
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at most <limit>

    Examples:
      | from            | time   | what      | point                   | limit  |
      | Order placed    | 1 hour | confirmed | order_confirmation_time | 1 hour |
      | Order confirmed | 1 hour | assembled | assembly_time           | 1 hour |
      | Assembled       | 1 hour | shipped   | dispatch_time           | 1 hour |

  Scenario Outline: Slow
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at least <limit>

    Examples:
      | from            | time   | what      | point                   | limit |
      | Order placed    | 5 days | confirmed | order_confirmation_time | 1 day |
      | Order confirmed | 5 days | assembled | assembly_time           | 1 day |
      | Assembled       | 5 days | shipped   | dispatch_time           | 1 day |

  Scenario Outline: Nothing moves
    Given a case in the state <from>
    When <time> pass
    Then the control point <point> is at least <limit>

    Examples:
      | from         | time    | point        | limit   |
      | Order placed | 30 days | open_age     | 29 days |
      | Assembled    | 30 days | stuck_orders | 29 days |

  Scenario Outline: Every loss
    Given a case in the state <from>
    When after 1 hour <what>
    Then the case is in the state <then>

    Examples:
      | from              | what                   | then              |
      | Order placed      | lost                   | Lost              |
      | Order confirmed   | lost                   | Lost              |
      | Assembled         | lost                   | Lost              |
      | Shipped           | lost                   | Lost              |
      | Received          | lost                   | Lost              |
      | Order placed      | cancelled              | Cancelled         |
      | Order confirmed   | cancelled              | Cancelled         |
      | Assembled         | cancelled              | Cancelled         |
      | Shipped           | cancelled              | Cancelled         |
      | Shipped           | returned               | Returned          |
      | Received          | returned               | Returned          |
      | Received and paid | returned after payment | Returned          |
      | Order placed      | duplicate              | Duplicate or test |

  Scenario Outline: Every move
    Given a case in the state <from>
    When after 1 hour <what>
    Then the case is in the state <then>

    Examples:
      | from            | what                  | then              |
      | Order placed    | confirmed             | Order confirmed   |
      | Order confirmed | assembled             | Assembled         |
      | Assembled       | assembled incorrectly | Order confirmed   |
      | Assembled       | shipped               | Shipped           |
      | Shipped         | delivered             | Received          |
      | Received        | paid                  | Received and paid |
