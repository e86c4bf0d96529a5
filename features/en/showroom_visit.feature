Feature: Showroom visit
  Those who booked are reminded; those who did not come are invited again.

  Background:
    Given the process showroom_visit

  Scenario: Booked, came, ordered
    When on Monday 12:00 a case arrives
    And after 1 day reminder
    And after 1 day arrive
    And after 10 minutes consult
    And after 1 hour quote
    And after 2 days pay
    Then the case is won
    And reminder happened 1 times

  Scenario: Did not come and is booked again
    Given a case in the state no_show
    When after 1 hour rebook
    Then the case is in the state booked

  Scenario: No quote without a talk
    Given a case in the state came
    Then the transition quote is not allowed
