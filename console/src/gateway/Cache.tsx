import { Button } from '@mantine/core';
import { IconDatabaseOff, IconEraser, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { api } from '../api/client';
import type { CacheCounts, CachePolicy, CacheRoute } from '../api/gateway';
import { useSession } from '../api/session';
import { useLanguage } from '../i18n/language';
import { Confirm, Empty, Loaded, Page } from '../ui/parts';
import ui from '../ui/ui.module.css';
import { together } from './cacheSums';
import { PolicyEditor } from './PolicyEditor';
import { useCache, useChanged } from './queries';
import style from './gateway.module.css';

/** Which answers are given again, and what came of it. */
export default function Cache() {
  const { t } = useLanguage();
  const { may } = useSession();
  const query = useCache();
  const [editing, setEditing] = useState<{ policy?: CachePolicy; route: string }>();
  const [purging, setPurging] = useState<{ route?: string }>();
  const changed = useChanged('cache');
  const write = may('cache.write');
  const add = write && <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setEditing({ route: '' })} data-testid="new-policy">{t('cache.new')}</Button>;
  const all = write && (query.data?.length ?? 0) > 0 && <Button variant="default" color="red" leftSection={<IconEraser size={16} aria-hidden />} onClick={() => setPurging({})} data-testid="purge-all">{t('cache.purge.all')}</Button>;
  return (
    <Page title={t('cache.title')} lead={t('cache.lead')} actions={<>{all}{add}</>}>
      <Loaded query={query}>
        {(routes) => routes.length === 0 ? <Empty icon={IconDatabaseOff} title={t('cache.empty')}>{t('cache.empty.text')}</Empty> : (
          <>
            <Sums routes={routes} />
            <Table routes={routes} edit={write ? setEditing : undefined} purge={(route) => setPurging({ route })} />
          </>
        )}
      </Loaded>
      {editing && <PolicyEditor {...editing} onClose={() => setEditing(undefined)} />}
      {purging && (
        <Confirm title={t('cache.purge')} text={purging.route === undefined ? t('cache.purge.all.text') : t('cache.purge.text', { name: purging.route })} action={t('cache.purge')} onClose={() => setPurging(undefined)}
          run={async () => {
            await api.delete('cache', { route: purging.route });
            await changed();
          }} />
      )}
    </Page>
  );
}

function Sums({ routes }: { routes: CacheRoute[] }) {
  const { t, format } = useLanguage();
  const sums = together(routes.flatMap((one) => (one.counts ? [one.counts] : [])));
  return (
    <dl className={style.figures} style={{ marginBottom: 16 }} data-testid="cache-sums">
      <div><dt>{t('cache.rate')}</dt><dd>{sums.rate === undefined ? '–' : `${format.number(100 * sums.rate)} %`}</dd></div>
      <div><dt>{t('cache.saved')}</dt><dd>{format.usd(String(sums.saved))}{sums.savedUnknown > 0 && <span className={ui.sub}> + {t('cache.unpriced', { n: sums.savedUnknown })}</span>}</dd></div>
      <div><dt>{t('cache.answers')}</dt><dd>{format.number(sums.answers)}</dd></div>
      <div><dt>{t('cache.memory')}</dt><dd>{format.bytes(sums.bytes)}</dd></div>
    </dl>
  );
}

function Table({ routes, edit, purge }: { routes: CacheRoute[]; edit: ((editing: { policy?: CachePolicy; route: string }) => void) | undefined; purge: (route: string) => void }) {
  const { t, format } = useLanguage();
  const rate = (counts: CacheCounts) => `${format.number(100 * counts.hit_rate)} %`;
  const kinds = (counts: CacheCounts) => [t('cache.hits', { n: counts.hits }), t('cache.similar', { n: counts.similar }), t('cache.shared', { n: counts.shared }), t('cache.misses', { n: counts.misses })].join(' · ');
  return (
    <div className={ui.scroll}>
      <table className={`${ui.table} ${ui.stack}`} aria-label={t('cache.title')} data-testid="cache">
        <thead>
          <tr>
            <th scope="col">{t('calls.model')}</th><th scope="col">{t('cache.policy')}</th><th scope="col" className={ui.number}>{t('cache.rate')}</th><th scope="col" className={ui.number}>{t('cache.saved')}</th><th scope="col" className={ui.number}>{t('cache.memory')}</th>
            <th scope="col"><span className="g-visually-hidden">{t('gw.edit')}</span></th>
          </tr>
        </thead>
        <tbody>
          {routes.map(({ route, policy, counts }) => (
            <tr key={route} data-testid="cache-row">
              <td data-wide><b className="g-mono">{route}</b>{route === '*' && <span className={ui.sub}> {t('cache.every')}</span>}{counts && <div className={ui.sub}>{kinds(counts)}</div>}</td>
              <td><Policy policy={policy} /></td>
              <td className={ui.number} data-label={counts && t('cache.rate')}>{counts && rate(counts)}</td>
              <td className={ui.number} data-label={counts && t('cache.saved')}>{counts && format.usd(counts.saved_usd)}</td>
              <td className={ui.number} data-label={counts && t('cache.memory')}>{counts && format.bytes(counts.bytes)}</td>
              <td className={ui.number}>{edit && (
                <>
                  <Button size="compact-xs" variant="subtle" onClick={() => edit(policy ? { route, policy } : { route })} aria-label={`${t('gw.edit')}: ${route}`} data-testid="policy-edit">{t('gw.edit')}</Button>
                  <Button size="compact-xs" variant="subtle" color="red" onClick={() => purge(route)} aria-label={`${t('cache.purge')}: ${route}`} data-testid="purge">{t('cache.purge')}</Button>
                </>
              )}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Policy({ policy }: { policy: CachePolicy | undefined }) {
  const { t, format } = useLanguage();
  if (!policy) return <span className={ui.sub}>{t('cache.none')}</span>;
  const kept = [policy.exact && t('cache.exact'), policy.semantic && t('cache.semantic')].filter(Boolean).join(' + ') || t('cache.off');
  const more = [(policy.exact || policy.semantic) && format.duration(1000 * policy.ttl_seconds), policy.prompt_marks && t('cache.marks.short'), policy.prompt_most_tokens !== undefined && t('cache.trim.short', { n: policy.prompt_most_tokens })].filter(Boolean);
  return <>{kept}<div className={ui.sub}>{more.join(' · ')}</div></>;
}
