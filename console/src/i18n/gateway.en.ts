/** English of the gateway's screens: calls, providers, routes, budgets, guards, cache. */
export const gatewayEn = {
  'nav.gateway': 'Gateway',
} as const satisfies Record<string, string>;
