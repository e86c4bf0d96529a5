Feature: What is wrong with a definition is said with its place and what to write instead

  Scenario Outline: A misspelt word
    Given the file <file> with <wrong> for <right>
    Then there is the problem <problem> at <file>:<place>
    And its hint speaks of <right>

    Examples:
      | file                    | right         | wrong         | problem               | place |
      | processes/web_form.yaml | dest: lost    | dest: losst   | unknown-state         | 16:43 |
      | rules/limits.yaml       | in_1h         | in_1hour      | unknown-control-point | 4:20  |
      | rules/limits.yaml       | duty_shift    | duty_shiftt   | unknown-action        | 10:95 |
      | processes/web_form.yaml | kpi: within   | kpi: withn    | unknown-kpi           | 19:16 |
