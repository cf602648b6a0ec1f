package dev.gimbal.benchmarks.injection;

/// A text to learn or to check by.
///
/// @param hostile whether it is an attack
/// @param heldBack not learned from: what its template makes is only for calibration and figures
/// @param kind the rule or file that it is from
record Sample(String text, boolean hostile, boolean heldBack, String kind) {}
