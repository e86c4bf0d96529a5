Feature: Food delivery
  An order is cooked and handed over in the promised time.

  Background:
    Given the process delivery

  Scenario: The normal course
    Given the case has amount 1400
    And the case has manager Orlova
    When on Monday 12:00 a case arrives
    And after 2 minutes confirmed
    And after 20 minutes assembled
    And after 5 minutes shipped
    And after 25 minutes delivered
    And after 1 minute paid
    Then the case is won
    And the control point inquiries is at least 1
    And the control point by_the_book is at least 100%
    And the control point void_share is at most 0%
    And the control point no_manager is at most 0%
    And the control point sales is at least 1400
    And the control point average_sale is at least 1400
    And the control point offered is at least 1400
    And the control point money_win_rate is at least 1
    And the control point lost_revenue is at most 0
    And the control point win_rate is at least 100%
    And the control point order_pay_rate is at least 100%
    And the control point in_60m is at least 100%
    And the control point delivery_time is at most 1 hour
    And the control point courier_time is at most 25 minutes

  Scenario: A loss with its reason
    Given the case has amount 1400
    And the case has loss_reason Price
    And a case in the state Order taken on the site or by phone
    When after 1 day cancelled
    Then the case is lost
    And the control point lost_revenue is at least 1400
    And the control point no_loss_reason is at most 0%
    And the control point money_win_rate is at most 0%
    And the control point sales is at most 0

  Scenario: A loss without a reason or a manager
    Given the case has loss_reason (none)
    And the case has manager (none)
    And a case in the state Order taken on the site or by phone
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
    Given a case in the state Accepted by the kitchen
    When after 10 minutes assembled
    And after 5 minutes assembled incorrectly
    And after 10 minutes assembled
    Then the case is in the state Cooked
    And the control point picked_again is at least 100%

  Scenario: Assembled rightly
    Given a case in the state Accepted by the kitchen
    When after 10 minutes assembled
    And after 5 minutes shipped
    Then the case is in the state Given to the courier
    And the control point picked_again is at most 0%

  Scenario: Sent back after payment
    Given a case in the state Handed over
    When after 5 minutes paid
    And after 1 hour returned after payment
    Then the case is lost
    And the case is in the state Returned

  Scenario: Nothing is assembled unconfirmed
    When on Monday 12:00 a case arrives
    Then the transition assembled is not allowed

  Scenario: Friday night, late
    When on Friday 20:00 a case arrives
    And after 10 minutes confirmed
    And after 45 minutes assembled
    And after 15 minutes shipped
    And after 20 minutes delivered
    Then the control point in_60m is at most 0%
    And the case is in the state Handed over

  Scenario: Refused at the door
    Given a case in the state Given to the courier
    When after 40 minutes returned
    Then the case is lost
    And the control point sent_back_rate is at least 100%

  Scenario: No client
    Given a case in the state Order taken on the site or by phone
    When after 1 hour duplicate
    Then the case is void
    And the control point void_share is at least 100%

  Scenario: Out of order
    When on Monday 12:00 a case arrives
    And against the process after 1 hour Handed over
    Then the control point by_the_book is at most 0%

  Scenario Outline: On in time
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at least 100%

    Examples:
      | from                                | time       | what      | point              |
      | Order taken on the site or by phone | 5 minutes  | confirmed | order_confirm_rate |
      | Accepted by the kitchen             | 15 minutes | assembled | assembly_rate      |
      | Cooked                              | 5 minutes  | shipped   | dispatch_rate      |
      | Given to the courier                | 15 minutes | delivered | delivery_rate      |
      | Handed over                         | 1 hour     | paid      | order_pay_rate     |

  Scenario Outline: The time is over, nothing happened
    Given a case in the state <from>
    When <time> pass
    Then the control point <point> is at most 0%

    Examples:
      | from                                | time    | point              |
      | Order taken on the site or by phone | 2 hours | order_confirm_rate |
      | Accepted by the kitchen             | 4 hours | assembly_rate      |
      | Cooked                              | 3 hours | dispatch_rate      |
      | Given to the courier                | 4 hours | delivery_rate      |
      | Handed over                         | 2 days  | order_pay_rate     |

  Scenario Outline: What should be rare: it happened
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at least 100%

    Examples:
      | from                                | time   | what         | point             |
      | Order taken on the site or by phone | 1 hour | cancelled    | order_cancel_rate |
      | Given to the courier                | 1 hour | returned     | sent_back_rate    |
      | Order taken on the site or by phone | 1 hour | Out of stock | shortage_rate     |

  Scenario Outline: What should be rare: it did not happen
    Given a case in the state <from>
    When <time> pass
    Then the control point <point> is at most 0%

    Examples:
      | from                                | time   | point             |
      | Order taken on the site or by phone | 2 days | order_cancel_rate |
      | Given to the courier                | 2 days | sent_back_rate    |
      | Order taken on the site or by phone | 2 days | shortage_rate     |

  Scenario Outline: Fast
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at most <limit>

    Examples:
      | from                                | time       | what      | point                   | limit      |
      | Order taken on the site or by phone | 15 minutes | confirmed | order_confirmation_time | 15 minutes |
      | Accepted by the kitchen             | 15 minutes | assembled | assembly_time           | 15 minutes |
      | Cooked                              | 15 minutes | shipped   | dispatch_time           | 15 minutes |
      | Given to the courier                | 15 minutes | delivered | courier_time            | 15 minutes |

  Scenario Outline: Slow
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at least <limit>

    Examples:
      | from                                | time    | what      | point                   | limit  |
      | Order taken on the site or by phone | 2 hours | confirmed | order_confirmation_time | 1 hour |
      | Accepted by the kitchen             | 2 hours | assembled | assembly_time           | 1 hour |
      | Cooked                              | 2 hours | shipped   | dispatch_time           | 1 hour |
      | Given to the courier                | 2 hours | delivered | courier_time            | 1 hour |

  Scenario Outline: Nothing moves
    Given a case in the state <from>
    When <time> pass
    Then the control point <point> is at least <limit>

    Examples:
      | from                                | time    | point    | limit   |
      | Order taken on the site or by phone | 30 days | open_age | 29 days |

  Scenario Outline: Every loss
    Given a case in the state <from>
    When after 1 hour <what>
    Then the case is in the state <then>

    Examples:
      | from                                | what                   | then              |
      | Order taken on the site or by phone | lost                   | Lost              |
      | Accepted by the kitchen             | lost                   | Lost              |
      | Cooked                              | lost                   | Lost              |
      | Given to the courier                | lost                   | Lost              |
      | Handed over                         | lost                   | Lost              |
      | Order taken on the site or by phone | cancelled              | Cancelled         |
      | Accepted by the kitchen             | cancelled              | Cancelled         |
      | Cooked                              | cancelled              | Cancelled         |
      | Given to the courier                | cancelled              | Cancelled         |
      | Given to the courier                | returned               | Returned          |
      | Handed over                         | returned               | Returned          |
      | Received and paid                   | returned after payment | Returned          |
      | Order taken on the site or by phone | duplicate              | Duplicate or test |

  Scenario Outline: Every move
    Given a case in the state <from>
    When after 1 hour <what>
    Then the case is in the state <then>

    Examples:
      | from                                | what                  | then                    |
      | Order taken on the site or by phone | confirmed             | Accepted by the kitchen |
      | Accepted by the kitchen             | assembled             | Cooked                  |
      | Cooked                              | assembled incorrectly | Accepted by the kitchen |
      | Cooked                              | shipped               | Given to the courier    |
      | Given to the courier                | delivered             | Handed over             |
      | Handed over                         | paid                  | Received and paid       |
