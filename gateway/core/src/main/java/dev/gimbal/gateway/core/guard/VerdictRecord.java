package dev.gimbal.gateway.core.guard;

import dev.gimbal.gateway.guard.Verdict;
import dev.gimbal.platform.ids.TenantId;
import java.util.UUID;

/// What a guard said of a call, for the record.
public record VerdictRecord(TenantId tenant, UUID call, Verdict verdict) {}
