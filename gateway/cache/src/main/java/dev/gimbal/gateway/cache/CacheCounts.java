package dev.gimbal.gateway.cache;

/// What came of a route's calls on this node since it started.
///
/// @param hits equal calls that were answered from the cache
/// @param similar calls that asked the same in other words
/// @param shared calls that heard the answer of an equal one under way
/// @param misses calls that asked the model
/// @param passed calls that went past
/// @param refused pairs that were similar enough and were found to ask different things
/// @param savedNano nano-USD that calls which asked no model would have cost
/// @param savedUnknown such calls of unknown cost
/// @param answers kept now
/// @param bytes that they take
/// @param threshold of similarity now
public record CacheCounts(
    String route,
    long hits,
    long similar,
    long shared,
    long misses,
    long passed,
    long refused,
    long savedNano,
    long savedUnknown,
    int answers,
    long bytes,
    double threshold) {

  /// Share of the calls that could be looked up which asked no model; 0 if there was none.
  public double hitRate() {
    long given = hits + similar + shared;
    return given + misses == 0 ? 0 : (double) given / (given + misses);
  }
}
