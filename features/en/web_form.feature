Feature: Web form
  How people who leave an inquiry are treated: answered in time, no stage skipped, nobody lost who comes back.

  Background:
    Given the process web_form

  Scenario: Answered in time
    When on Monday 10:00 a case arrives
    And after 12 minutes the manager reached
    Then the case is in the state contacted
    And from received to contacted it took at most 15 working minutes
    And the rule slow_reaction is green

  Scenario Outline: The longer nobody answers, the worse
    When on Monday 10:00 a case arrives
    And after <time> reached
    Then the control point reaction_time is <colour>

    Examples:
      | time       | colour |
      | 40 minutes | yellow |
      | 3 hours    | red    |

  Scenario: A Sunday inquiry waits for the morning only
    When on Sunday 22:00 a case arrives
    And on Monday 9:10 the manager reached
    Then from received to contacted it took at most 15 working minutes

  Scenario: From the inquiry to the payment
    When on Monday 10:00 a case arrives
    And after 10 minutes reach
    And after 1 hour qualify
    And after 1 day estimate
    And after 1 day quote
    And after 3 days pay
    Then the case is won

  Scenario: No quote without an estimate
    Given a case in the state qualified
    Then the transition quote is not allowed

  Scenario: The client came back after saying no
    Given a case in the state lost
    When after 2 days came back
    Then the case is in the state qualified
