package dev.gimbal.gateway.cache;

import dev.gimbal.platform.ids.TenantId;

/// Where answers are kept together: one tenant, one route.
record Place(TenantId tenant, String route) {}
