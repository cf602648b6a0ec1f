import { Button } from '@mantine/core';
import { IconPlus, IconShieldCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { segment } from '../api/address';
import { api } from '../api/client';
import type { Guard } from '../api/gateway';
import { useSession } from '../api/session';
import { useLanguage } from '../i18n/language';
import { Confirm, Empty, Loaded, Page, When } from '../ui/parts';
import ui from '../ui/ui.module.css';
import { word } from './parts';
import { useChanged, useGuards } from './queries';

export default function Guards() {
  const { t } = useLanguage();
  const { may } = useSession();
  const [, go] = useLocation();
  const query = useGuards();
  const [removing, setRemoving] = useState<Guard>();
  const changed = useChanged('guards');
  const add = may('guards.write') && <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => go('/guards/+')} data-testid="new-guard">{t('guards.new')}</Button>;
  return (
    <Page title={t('guards.title')} lead={t('guards.lead')} actions={add}>
      <Loaded query={query}>
        {(guards) => guards.length === 0 ? <Empty icon={IconShieldCheck} title={t('guards.empty')} actions={add}>{t('guards.empty.text')}</Empty> : <Table guards={guards} remove={may('guards.write') ? setRemoving : undefined} />}
      </Loaded>
      {removing && (
        <Confirm title={t('guards.remove')} text={t('guards.remove.text', { name: removing.name })} action={t('common.delete')} onClose={() => setRemoving(undefined)}
          run={async () => {
            await api.delete(`guards/${segment(removing.name)}`);
            await changed();
          }} />
      )}
    </Page>
  );
}

function Table({ guards, remove }: { guards: Guard[]; remove: ((guard: Guard) => void) | undefined }) {
  const { t } = useLanguage();
  const who = (guard: Guard) => [...(guard.applies_to?.principals ?? []), ...(guard.applies_to?.models ?? []), ...(guard.applies_to?.apps ?? [])].join(', ');
  return (
    <div className={ui.scroll}>
      <table className={`${ui.table} ${ui.stack}`} aria-label={t('guards.title')} data-testid="guards">
        <thead>
          <tr>
            <th scope="col">{t('guards.guard')}</th><th scope="col">{t('guards.action')}</th><th scope="col">{t('guards.places')}</th><th scope="col">{t('guards.applies')}</th><th scope="col">{t('guards.failure')}</th><th scope="col">{t('guards.changed')}</th>
            <th scope="col"><span className="g-visually-hidden">{t('common.delete')}</span></th>
          </tr>
        </thead>
        <tbody>
          {guards.map((one) => (
            <tr key={one.name} data-testid="guard-row">
              <td data-wide><Link href={`/guards/${segment(one.name)}`}>{one.name}</Link><div className={ui.sub}>{word(t, 'guard.kind', one.kind)}</div></td>
              <td>{word(t, 'guard.action', one.action)}</td>
              <td>{one.places.map((place) => word(t, 'guard.place', place)).join(', ')}</td>
              <td>{who(one) || t('guards.every')}</td>
              <td>{word(t, 'guard.failure', one.on_failure)}</td>
              <td><When at={one.updated} /></td>
              <td className={ui.number}>{remove && <Button size="compact-xs" variant="subtle" color="red" onClick={() => remove(one)} aria-label={`${t('common.delete')}: ${one.name}`} data-testid="guard-delete">{t('common.delete')}</Button>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
