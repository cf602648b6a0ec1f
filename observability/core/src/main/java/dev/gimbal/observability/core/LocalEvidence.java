package dev.gimbal.observability.core;

import dev.gimbal.observability.api.SpentRecord;

/// The room without a database.
///
/// @param spent what the calls on record used, whole once [Observability#start] returned
public record LocalEvidence(Observability observability, SpentRecord spent) {}
