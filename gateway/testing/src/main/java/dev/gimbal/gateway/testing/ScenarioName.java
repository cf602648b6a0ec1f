package dev.gimbal.gateway.testing;

/// A model's name as a scenario: a number in it stands behind the last dash.
record ScenarioName(String text, int number) {

  static ScenarioName of(String model) {
    int dash = model.lastIndexOf('-');
    boolean counted = dash > 0 && model.substring(dash + 1).matches("[0-9]+");
    return counted
        ? new ScenarioName(model.substring(0, dash), Integer.parseInt(model.substring(dash + 1)))
        : new ScenarioName(model, 0);
  }
}
