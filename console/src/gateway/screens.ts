import { lazy, type ComponentType } from 'react';

/** The gateway's screens: where they stand and who may see them. */
export const gatewayScreens: { path: string; right: string; screen: ComponentType }[] = [
  { path: '/calls', right: 'traces.read', screen: lazy(() => import('./Calls')) },
  { path: '/calls/:call', right: 'traces.read', screen: lazy(() => import('./CallPage')) },
  { path: '/routes', right: 'models.read', screen: lazy(() => import('./Routes')) },
  { path: '/routes/:route', right: 'models.read', screen: lazy(() => import('./RoutePage')) },
  { path: '/providers', right: 'models.read', screen: lazy(() => import('./Providers')) },
  { path: '/providers/:provider', right: 'models.read', screen: lazy(() => import('./ProviderPage')) },
  { path: '/budgets', right: 'budgets.read', screen: lazy(() => import('./Budgets')) },
  { path: '/guards', right: 'guards.read', screen: lazy(() => import('./Guards')) },
  { path: '/guards/:guard', right: 'guards.read', screen: lazy(() => import('./GuardPage')) },
  { path: '/cache', right: 'cache.read', screen: lazy(() => import('./Cache')) },
  { path: '/alerts', right: 'alerts.read', screen: lazy(() => import('./Alerts')) },
];
