package dev.gimbal.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The protocol of leases under every fault there is, before anything stands on it.
class SimulationTest {
  private static final long SEEDS = Long.getLong("gimbal.simulation.seeds", 40);

  /// Mutants are found within so many seeds.
  private static final long MUTANT_SEEDS = 200;

  @Test
  void shouldNeverExceedALimitAndLoseNothingButWhatDeadNodesHeld() {
    long admitted = 0;
    long refused = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      Simulation simulation = new Simulation(seed, Simulation.Ticks.MONOTONIC);
      try {
        simulation.run();
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
      admitted += simulation.admitted;
      refused += simulation.refused;
    }
    assertThat(admitted).isGreaterThan(50 * SEEDS);
    assertThat(refused).isGreaterThan(50 * SEEDS);
  }

  @Test
  void shouldFindNodesThatMeasureTheirLeasesWithTheWallClock() {
    assertThat(failing(Simulation.Ticks.WALL)).isNotEmpty();
  }

  @Test
  void shouldFindNodesThatDoNotNoticeThatTheyStoodStill() {
    assertThat(failing(Simulation.Ticks.STOPPED_BY_A_PAUSE)).isNotEmpty();
  }

  private static List<String> failing(Simulation.Ticks ticks) {
    List<String> found = new ArrayList<>();
    for (long seed = 0; seed < MUTANT_SEEDS && found.isEmpty(); seed++) {
      try {
        new Simulation(seed, ticks).run();
      } catch (AssertionError e) {
        if (String.valueOf(e.getMessage()).contains("let in")) {
          found.add(seed + ": " + e.getMessage());
        }
      }
    }
    return found;
  }
}
