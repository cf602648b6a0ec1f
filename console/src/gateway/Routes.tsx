import { Button } from '@mantine/core';
import { IconPlus, IconRoute } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { segment } from '../api/address';
import { api } from '../api/client';
import type { Route } from '../api/gateway';
import { useSession } from '../api/session';
import { useLanguage } from '../i18n/language';
import { Confirm, Empty, Loaded, Page, When } from '../ui/parts';
import { word } from './parts';
import { useChanged, useRoutes } from './queries';
import style from './gateway.module.css';

export default function Routes() {
  const { t } = useLanguage();
  const { may } = useSession();
  const [, go] = useLocation();
  const query = useRoutes();
  const [removing, setRemoving] = useState<Route>();
  const changed = useChanged('routes', 'models');
  const add = may('routes.write') && <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => go('/routes/+')} data-testid="new-route">{t('routes.new')}</Button>;
  return (
    <Page title={t('routes.title')} lead={t('routes.lead')} actions={add}>
      <Loaded query={query}>
        {(routes) => routes.length === 0
          ? <Empty icon={IconRoute} title={t('routes.empty')} actions={add}>{t('routes.empty.text')}</Empty>
          : <ul className={style.cards} data-testid="routes">{routes.map((route) => <Card key={route.name} route={route} remove={may('routes.write') ? setRemoving : undefined} />)}</ul>}
      </Loaded>
      {removing && (
        <Confirm title={t('routes.remove')} text={t('routes.remove.text', { name: removing.name })} action={t('common.delete')} onClose={() => setRemoving(undefined)}
          run={async () => {
            await api.delete(`routes/${segment(removing.name)}`);
            await changed();
          }} />
      )}
    </Page>
  );
}

function Card({ route, remove }: { route: Route; remove: ((route: Route) => void) | undefined }) {
  const { t, format } = useLanguage();
  const shares = route.policy === 'weighted' || route.policy === 'least-busy';
  return (
    <li className={style.card} data-testid="route-row">
      <div className={style.cardHead}>
        <span className={style.cardName}><Link href={`/routes/${segment(route.name)}`}>{route.name}</Link></span>
        <span className={style.count}>{word(t, 'route.policy', route.policy)}{route.escalation && ` · ${t('routes.escalates', { check: word(t, 'route.check', route.escalation.check) })}`}{route.sticky && ` · ${t('routes.sticks', { by: word(t, 'route.sticky', route.sticky.by) })}`}</span>
        <span className={style.count}><When at={route.changed} /></span>
        {remove && <Button size="compact-xs" variant="subtle" color="red" onClick={() => remove(route)} aria-label={`${t('common.delete')}: ${route.name}`} data-testid="route-delete">{t('common.delete')}</Button>}
      </div>
      <ol className={style.steps}>
        {route.targets.map((target) => (
          <li key={target.model}><span className="g-mono">{target.model}</span>{shares && ` × ${format.number(target.weight ?? 1)}`}{target.when && <span className={style.count}> · {t('routes.conditional')}</span>}</li>
        ))}
      </ol>
    </li>
  );
}
