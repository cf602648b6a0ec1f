import { Button } from '@mantine/core';
import { IconLock, IconMapOff } from '@tabler/icons-react';
import { Component, lazy, Suspense, type ComponentType, type ReactNode } from 'react';
import { Redirect, Route, Router, Switch, useLocation } from 'wouter';
import { basePath } from './api/address';
import { useSession, useSessionDoor } from './api/session';
import Ask from './ask/Ask';
import { gatewayScreens } from './gateway/screens';
import { useLanguage } from './i18n/language';
import { Shell } from './shell/Shell';
import { SignIn } from './shell/SignIn';
import { ErrorPanel } from './ui/ErrorPanel';
import { Empty, Loading } from './ui/parts';

const Library = lazy(() => import('./library/Library'));
const CollectionPage = lazy(() => import('./library/CollectionPage'));
const DocumentPage = lazy(() => import('./library/DocumentPage'));
const Traces = lazy(() => import('./traces/Traces'));
const TracePage = lazy(() => import('./traces/TracePage'));
const Playground = lazy(() => import('./playground/Playground'));
const Costs = lazy(() => import('./costs/Costs'));
const Prices = lazy(() => import('./prices/Prices'));
const Keys = lazy(() => import('./keys/Keys'));
const Status = lazy(() => import('./status/Status'));

export function App() {
  const { state, retry } = useSessionDoor();
  if (state.is === 'asking') return <Loading />;
  if (state.is === 'unreachable') return <main style={{ maxWidth: 560, margin: '15vh auto', padding: 16 }}><ErrorPanel error={state.error} retry={retry} /></main>;
  if (state.is === 'signed-out') return <SignIn />;
  return (
    <Router base={basePath}>
      <Shell>
        <Screens />
      </Shell>
    </Router>
  );
}

const screens: { path: string; right: string; screen: ComponentType }[] = [
  { path: '/ask/:conversation?', right: 'documents.read', screen: Ask },
  { path: '/library', right: 'collections.read', screen: Library },
  { path: '/library/:collection', right: 'collections.read', screen: CollectionPage },
  { path: '/library/:collection/:document', right: 'documents.read', screen: DocumentPage },
  { path: '/traces', right: 'traces.read', screen: Traces },
  { path: '/traces/:trace', right: 'traces.read', screen: TracePage },
  ...gatewayScreens,
  { path: '/playground', right: 'models.call', screen: Playground },
  { path: '/costs', right: 'traces.read', screen: Costs },
  { path: '/prices', right: 'models.read', screen: Prices },
  { path: '/keys', right: 'keys.read', screen: Keys },
  { path: '/status', right: 'status.read', screen: Status },
];

function Screens() {
  const { may } = useSession();
  const [location] = useLocation();
  return (
    // A screen that failed must not take the next one with it.
    <Boundary key={location.split('/')[1]}>
      <Suspense fallback={<Loading />}>
        <Switch>
          <Route path="/"><Redirect to="/ask" replace /></Route>
          {screens.map(({ path, right, screen }) => may(right) ? <Route key={path} path={path} component={screen} /> : <Route key={path} path={path}><Forbidden right={right} /></Route>)}
          <Route><Missing /></Route>
        </Switch>
      </Suspense>
    </Boundary>
  );
}

function Missing() {
  const { t } = useLanguage();
  const [, go] = useLocation();
  return <Empty icon={IconMapOff} title={t('error.missing')} actions={<Button variant="default" onClick={() => go('/ask')}>{t('nav.ask')}</Button>}>{t('error.missing.text')}</Empty>;
}

function Forbidden({ right }: { right: string }) {
  const { t } = useLanguage();
  return <Empty icon={IconLock} title={t('gw.forbidden')}>{t('gw.forbidden.text', { right })}</Empty>;
}

function Failed() {
  const { t } = useLanguage();
  return <Empty icon={IconMapOff} title={t('error.title')} actions={<Button onClick={() => window.location.reload()}>{t('error.reload')}</Button>}>{t('error.screen')}</Empty>;
}

class Boundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <Failed /> : this.props.children;
  }
}
