import { lazy, type ComponentType } from 'react';

/** The gateway's screens: where they stand and who may see them. */
export const gatewayScreens: { path: string; right: string; screen: ComponentType }[] = [
  { path: '/calls', right: 'traces.read', screen: lazy(() => import('./Calls')) },
  { path: '/calls/:call', right: 'traces.read', screen: lazy(() => import('./CallPage')) },
  { path: '/routes', right: 'models.read', screen: lazy(() => import('./Routes')) },
  { path: '/routes/:route', right: 'models.read', screen: lazy(() => import('./RoutePage')) },
  { path: '/providers', right: 'models.read', screen: lazy(() => import('./Providers')) },
  { path: '/providers/:provider', right: 'models.read', screen: lazy(() => import('./ProviderPage')) },
];
