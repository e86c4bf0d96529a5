Feature: Incoming call
  A call is answered at once; if it was not, somebody calls back.

  Background:
    Given the process phone_call

  Scenario: Answered and handed over
    When on Tuesday 11:00 a case arrives
    And after 12 seconds pick_up
    And after 3 minutes hand_over
    Then the case is won
    And from ringing to answered it took at most 20 seconds

  Scenario: Missed and called back
    When on Tuesday 13:20 a case arrives
    And after 30 seconds miss
    And after 10 minutes call_attempt
    And after 1 minute call_back
    And after 2 minutes hand_over
    Then the case is won
    And from missed to called_back it took at most 15 working minutes
    And the rule slow_call_back is green

  Scenario: Called back half a day later
    When on Tuesday 13:20 a case arrives
    And after 30 seconds miss
    And after 4 hours call_back
    Then the rule slow_call_back is red

  Scenario: A missed call cannot be handed over before the call-back
    Given a case in the state missed
    Then the transition hand_over is not allowed
