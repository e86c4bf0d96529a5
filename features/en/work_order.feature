Feature: Work order
  What is accepted is diagnosed, agreed, repaired and handed over at the promised hour.

  Background:
    Given the process work_order

  Scenario: The normal course
    Given the case has amount 32000
    And the case has manager Orlova
    When on Monday 12:00 a case arrives
    And after 20 minutes Inspection by checklist
    And after 1 hour diagnosed
    And after 10 minutes Next step agreed
    And after 1 hour agreed
    And after 1 hour work began
    And after 2 hours Client told about progress
    And after 2 hours finished
    And after 1 hour handed over
    Then the case is won
    And the control point inquiries is at least 1
    And the control point by_the_book is at least 100%
    And the control point void_share is at most 0%
    And the control point no_manager is at most 0%
    And the control point sales is at least 32000
    And the control point average_sale is at least 32000
    And the control point offered is at least 32000
    And the control point money_win_rate is at least 1
    And the control point lost_revenue is at most 0
    And the control point diagnosis_time is at most 2 hours
    And the control point agree_rate is at least 100%
    And the control point checklist_rate is at least 100%
    And the control point next_step_set is at least 100%
    And the control point informed is at least 100%
    And the control point win_rate is at least 100%

  Scenario: A loss with its reason
    Given the case has amount 32000
    And the case has loss_reason Price
    And a case in the state Diagnosed
    When after 1 day lost
    Then the case is lost
    And the control point lost_revenue is at least 32000
    And the control point no_loss_reason is at most 0%
    And the control point money_win_rate is at most 0%
    And the control point sales is at most 0

  Scenario: A loss without a reason or a manager
    Given the case has loss_reason (none)
    And the case has manager (none)
    And a case in the state Diagnosed
    When after 1 day lost
    Then the case is lost
    And the control point no_loss_reason is at least 100%
    And the control point no_manager is at least 100%

  Scenario: Waited for parts
    Given a case in the state Agreed with the client
    When after 1 hour parts ordered
    And after 2 days work began
    And after 3 hours finished
    Then the case is in the state Ready
    And the control point parts_wait is at least 10 hours

  Scenario: Done again before hand-over
    Given a case in the state In progress
    When after 3 hours finished
    And after 1 hour redone
    And after 2 hours finished
    Then the case is in the state Ready
    And the control point redone is at least 100%

  Scenario: Done at the first go
    Given a case in the state In progress
    When after 3 hours finished
    And after 1 hour handed over
    Then the case is won
    And the control point redone is at most 0%

  Scenario: More was found and agreed anew
    Given a case in the state In progress
    When after 1 hour more was found
    And after 1 hour agreed
    And after 1 hour work began
    Then the case is in the state In progress

  Scenario: Came back with the same
    Given a case in the state Ready
    When after 1 hour handed over
    And after 3 days came back with the same fault
    Then the case is in the state Diagnosed
    And the case is still open

  Scenario: Came back to work put off after a month
    Given a case in the state Diagnosed
    When after 1 hour Some work postponed
    And after 1 hour agreed
    And after 30 days Follow-up on postponed work
    Then the control point declined_followed is at least 100%
    And declined_touch happened 1 time

  Scenario: Work put off was forgotten
    Given a case in the state Diagnosed
    When after 1 hour Some work postponed
    And 43 days pass
    Then the control point declined_followed is at most 0%

  Scenario: No repair without consent
    Given a case in the state Diagnosed
    Then the transition work began is not allowed

  Scenario: No client
    Given a case in the state Accepted
    When after 1 hour opened by mistake
    Then the case is void
    And the control point void_share is at least 100%

  Scenario: Out of order
    When on Monday 12:00 a case arrives
    And against the process after 1 hour Ready
    Then the control point by_the_book is at most 0%

  Scenario Outline: On in time
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at least 100%

    Examples:
      | from                   | time   | what                       | point          |
      | Accepted               | 1 hour | diagnosed                  | diagnose_rate  |
      | Diagnosed              | 1 hour | agreed                     | agree_rate     |
      | Agreed with the client | 1 hour | work began                 | start_rate     |
      | In progress            | 1 hour | finished                   | finish_rate    |
      | Ready                  | 1 hour | handed over                | pick_up_rate   |
      | Accepted               | 1 hour | Inspection by checklist    | checklist_rate |
      | In progress            | 1 hour | Client told about progress | informed       |
      | Diagnosed              | 1 hour | Next step agreed           | next_step_set  |

  Scenario Outline: The time is over, nothing happened
    Given a case in the state <from>
    When <time> pass
    Then the control point <point> is at most 0%

    Examples:
      | from                   | time    | point          |
      | Accepted               | 4 days  | diagnose_rate  |
      | Diagnosed              | 8 days  | agree_rate     |
      | Agreed with the client | 15 days | start_rate     |
      | In progress            | 15 days | finish_rate    |
      | Ready                  | 15 days | pick_up_rate   |
      | Accepted               | 4 days  | checklist_rate |
      | In progress            | 3 days  | informed       |
      | Diagnosed              | 2 days  | next_step_set  |

  Scenario Outline: What should be rare: it happened
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at least 100%

    Examples:
      | from      | time  | what | point           |
      | Diagnosed | 1 day | lost | approval_losses |

  Scenario Outline: What should be rare: the case went on
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at most 0%

    Examples:
      | from      | time  | what   | point           |
      | Diagnosed | 1 day | agreed | approval_losses |

  Scenario Outline: Fast
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at most <limit>

    Examples:
      | from              | time   | what        | point          | limit  |
      | Accepted          | 1 hour | diagnosed   | diagnosis_time | 1 hour |
      | Diagnosed         | 1 hour | agreed      | approval_time  | 1 hour |
      | Waiting for parts | 1 hour | work began  | parts_wait     | 1 hour |
      | Ready             | 1 hour | handed over | pick_up_time   | 1 hour |

  Scenario Outline: Slow
    Given a case in the state <from>
    When after <time> <what>
    Then the control point <point> is at least <limit>

    Examples:
      | from              | time   | what        | point          | limit |
      | Accepted          | 5 days | diagnosed   | diagnosis_time | 1 day |
      | Diagnosed         | 5 days | agreed      | approval_time  | 1 day |
      | Waiting for parts | 5 days | work began  | parts_wait     | 1 day |
      | Ready             | 5 days | handed over | pick_up_time   | 1 day |

  Scenario Outline: Nothing moves
    Given a case in the state <from>
    When <time> pass
    Then the control point <point> is at least <limit>

    Examples:
      | from     | time    | point         | limit   |
      | Accepted | 30 days | open_age      | 29 days |
      | Ready    | 30 days | ready_waiting | 29 days |

  Scenario Outline: Every loss
    Given a case in the state <from>
    When after 1 hour <what>
    Then the case is in the state <then>

    Examples:
      | from                   | what              | then                  |
      | Accepted               | lost              | Taken back unrepaired |
      | Diagnosed              | lost              | Taken back unrepaired |
      | Agreed with the client | lost              | Taken back unrepaired |
      | Waiting for parts      | lost              | Taken back unrepaired |
      | In progress            | lost              | Taken back unrepaired |
      | Ready                  | lost              | Taken back unrepaired |
      | Accepted               | opened by mistake | Opened by mistake     |

  Scenario Outline: Every move
    Given a case in the state <from>
    When after 1 hour <what>
    Then the case is in the state <then>

    Examples:
      | from                   | what                          | then                   |
      | Accepted               | diagnosed                     | Diagnosed              |
      | Diagnosed              | agreed                        | Agreed with the client |
      | Agreed with the client | parts ordered                 | Waiting for parts      |
      | In progress            | parts ordered                 | Waiting for parts      |
      | Agreed with the client | work began                    | In progress            |
      | Waiting for parts      | work began                    | In progress            |
      | In progress            | more was found                | Diagnosed              |
      | In progress            | finished                      | Ready                  |
      | Ready                  | redone                        | In progress            |
      | Ready                  | handed over                   | Handed over and paid   |
      | Handed over and paid   | came back with the same fault | Diagnosed              |
