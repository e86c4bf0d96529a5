Feature: Shop from counts
  Of a shop only the counts are known: visitors, receipts, revenue. They show who leaves without buying and what the till loses.

  Background:
    Given the process shop

  Scenario: An ordinary month
    Given counts by day
      | days                  | visitors | receipts | items | revenue | seller_hours | refunds | voids | queue_leavers | missing_asked |
      | 2026-09-01–2026-09-30 | 200      | 50       | 120   | 100000  | 20           | 1       | 1     | 2             | 4             |
    Then the control point visitors_total is at least 6000
    And the control point sales is at least 3000000
    And the control point visitor_conversion is at least 25%
    And the control point items_per_receipt is at least 2.4
    And the control point average_receipt is at least 2000
    And the control point revenue_per_visitor is at least 500
    And the control point visitors_per_hour is at most 10
    And the control point receipts_per_hour is at least 2.5
    And the control point refund_share is at most 2%
    And the control point till_voids is at most 2%
    And the control point queue_losses is at most 4%
    And the control point missing_goods is at most 2%

  Scenario: From August on fewer people buy
    Given counts by day
      | days                  | Visitors without staff and children | Receipts without refunds |
      | 2026-05-01–2026-05-31 | 200                                 | 60                       |
      | 2026-06-01–2026-06-30 | 200                                 | 58                       |
      | 2026-07-01–2026-07-31 | 200                                 | 57                       |
      | 2026-08-01–2026-09-30 | 200                                 | 30                       |
    Then the control point visitor_conversion is at most 24%
    And the rule low_conversion is red

  Scenario: The autumn is no worse than the spring
    Given counts by day
      | days                  | visitors | receipts |
      | 2026-05-01–2026-09-30 | 200      | 60       |
    Then the rule low_conversion is green

  Scenario: Without a counter of visitors nothing can be said of conversion
    Given counts by day
      | days                  | receipts | revenue |
      | 2026-05-01–2026-09-30 | 50       | 100000  |
    Then the control point average_receipt is at least 2000
    And the rule low_conversion is not assessable
