import { ActionIcon, Button, TextInput, Tooltip } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconPlugConnected, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { segment } from '../api/address';
import { api } from '../api/client';
import { asApiError } from '../api/errors';
import type { RunningCall } from '../api/gateway';
import { useSession } from '../api/session';
import { useLanguage } from '../i18n/language';
import { ErrorPanel } from '../ui/ErrorPanel';
import { Confirm, Empty, Loaded } from '../ui/parts';
import ui from '../ui/ui.module.css';
import { tagsText, useNow, word } from './parts';
import { MOST_RUNNING, useChanged, usePrincipalNames, useRunningCalls } from './queries';
import { elapsed, matching, noFilter, type RunningFilter } from './running';
import style from './gateway.module.css';

/** What is under way on the node that answers. Rows are kept by their call, so that a new second moves nothing. */
export function RunningCalls() {
  const { t } = useLanguage();
  const [paused, setPaused] = useState(false);
  const [filter, setFilter] = useState(noFilter);
  const [cancelling, setCancelling] = useState<RunningCall>();
  const query = useRunningCalls(paused);
  const { nameOf } = usePrincipalNames();
  const changed = useChanged('running-calls');
  const all = query.data?.data ?? [];
  const shown = matching(all, filter, nameOf);
  const end = async (id: string) => {
    try {
      await api.delete(`running-calls/${segment(id)}`);
    } catch (thrown) {
      // It ended by itself in the meantime: what was asked for holds.
      if (asApiError(thrown).status !== 404) throw thrown;
    }
    await changed();
  };
  return (
    <>
      <Bar filter={filter} setFilter={setFilter} shown={shown.length} all={all.length} more={Boolean(query.data?.next)} paused={paused} setPaused={setPaused} />
      {query.data !== undefined && query.error && <ErrorPanel error={query.error} retry={() => void query.refetch()} />}
      <Loaded query={query}>
        {() => all.length === 0 ? <Empty icon={IconPlugConnected} title={t('calls.none')}>{t('calls.none.text')}</Empty>
          : shown.length === 0 ? <Empty icon={IconSearch} title={t('calls.nomatch')} />
          : <Table calls={shown} nameOf={nameOf} paused={paused} cancel={setCancelling} />}
      </Loaded>
      {cancelling && (
        <Confirm title={t('calls.cancel.title')} text={t('calls.cancel.text', { model: cancelling.model, who: nameOf(cancelling.principal) })} action={t('calls.cancel.go')} keep={t('calls.keep')}
          run={() => end(cancelling.id)} onClose={() => setCancelling(undefined)} />
      )}
    </>
  );
}

function Bar({ filter, setFilter, shown, all, more, paused, setPaused }: {
  filter: RunningFilter; setFilter: (filter: RunningFilter) => void; shown: number; all: number; more: boolean; paused: boolean; setPaused: (paused: boolean) => void;
}) {
  const { t } = useLanguage();
  const field = (name: keyof RunningFilter, label: string, placeholder = '') => (
    <TextInput size="xs" label={label} placeholder={placeholder} value={filter[name]} onChange={(event) => setFilter({ ...filter, [name]: event.currentTarget.value })} style={{ flex: '1 1 130px', maxWidth: 260 }} data-testid={`running-${name}`} />
  );
  const label = paused ? t('calls.resume') : t('calls.pause');
  return (
    <div className={style.bar} role="search" aria-label={t('traces.filters')}>
      {field('model', t('calls.model'))}
      {field('principal', t('traces.principal'))}
      {field('tag', t('traces.tag'), t('traces.tag.text'))}
      <div className={style.barEnd}>
        <span className={style.count} data-testid="running-count">{more ? t('calls.count.more', { n: MOST_RUNNING }) : shown === all ? t('calls.count', { n: all }) : t('calls.count.of', { n: shown, all })}</span>
        <Tooltip label={label}>
          <ActionIcon variant="default" size="md" onClick={() => setPaused(!paused)} aria-label={label} aria-pressed={paused} data-testid="running-pause">
            {paused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
          </ActionIcon>
        </Tooltip>
      </div>
    </div>
  );
}

function Table({ calls, nameOf, paused, cancel }: { calls: RunningCall[]; nameOf: (id: string) => string; paused: boolean; cancel: (call: RunningCall) => void }) {
  const { t, format } = useLanguage();
  const { may } = useSession();
  const now = useNow(!paused);
  return (
    <div className={ui.scroll}>
      <table className={`${ui.table} ${ui.stack}`} aria-label={t('calls.running')} data-testid="running">
        <thead>
          <tr>
            <th scope="col">{t('calls.model')}</th><th scope="col">{t('calls.kind')}</th><th scope="col">{t('traces.principal')}</th><th scope="col">{t('traces.tag')}</th><th scope="col" className={ui.number}>{t('calls.for')}</th>
            <th scope="col"><span className="g-visually-hidden">{t('calls.cancel')}</span></th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <tr key={call.id} data-testid="running-row">
              <td data-wide><b className="g-mono">{call.model}</b><div className={`${ui.sub} g-mono`}>{call.id}</div></td>
              <td>{word(t, 'call.kind', call.kind.toLowerCase())}{call.stream && <span className={ui.sub}> · {t('calls.stream')}</span>}</td>
              <td>{nameOf(call.principal)}</td>
              <td className={ui.sub}>{tagsText(call.tags)}</td>
              <td className={ui.number} data-label={t('calls.for')}>{format.duration(1000 * Math.floor(elapsed(call.since, now) / 1000))}</td>
              <td className={ui.number}>{may('calls.cancel') && <Button size="compact-xs" variant="subtle" color="red" onClick={() => cancel(call)} aria-label={`${t('calls.cancel')}: ${call.model} ${call.id}`} data-testid="running-cancel">{t('calls.cancel')}</Button>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
