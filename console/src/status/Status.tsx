import { Badge, Button, Progress, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { segment } from '../api/address';
import { api } from '../api/client';
import { asApiError, type ApiError } from '../api/errors';
import { useJobs, useModels, useStatus } from '../api/queries';
import { useSession } from '../api/session';
import type { Job, Model, Status as ServerStatus } from '../api/types';
import { en, type MessageKey } from '../i18n/en';
import { useLanguage } from '../i18n/language';
import { State } from '../library/State';
import { ErrorPanel } from '../ui/ErrorPanel';
import { Facts, Growing, Loaded, Page, When } from '../ui/parts';
import { readable } from './readable';
import style from './status.module.css';

/** Shown by sections of their own, not as a card. */
const APART = new Set(['models', 'version', 'uptime_seconds', 'ready']);

export default function Status() {
  const { t, format } = useLanguage();
  const { may } = useSession();
  const status = useStatus();
  return (
    <Page title={t('status.title')} lead={t('status.lead')}>
      <Loaded query={status}>
        {(data) => (
          <div data-testid="status">
            {Boolean(status.error) && <ErrorPanel error={status.error} retry={() => void status.refetch()} />}
            <div className={style.head} data-ready={data.ready !== false || undefined}>
              {data.ready === false ? <IconCircleX size={22} aria-hidden /> : <IconCircleCheck size={22} aria-hidden />}
              <Text fw={650}>{data.ready === false ? t('status.notready') : t('status.ready')}</Text>
              {data.version && <Text size="sm" c="dimmed">{t('status.version')} {data.version}</Text>}
              {data.uptime_seconds !== undefined && <Text size="sm" c="dimmed">{t('status.uptime')} {format.duration(1000 * data.uptime_seconds)}</Text>}
            </div>
            <div className={style.cards}>
              {Object.entries(data).filter(([name, part]) => !APART.has(name) && typeof part === 'object' && part !== null && !Array.isArray(part))
                .map(([name, part]) => <Card key={name} name={name}><Parts part={part as Record<string, unknown>} /></Card>)}
              <Loose status={data} />
            </div>
          </div>
        )}
      </Loaded>
      {may('models.read') && <Models />}
      {may('jobs.read') && <Jobs />}
    </Page>
  );
}

function Card({ name, children }: { name: string; children: ReactNode }) {
  const { t, language } = useLanguage();
  const key = `status.${name}`;
  return <section className={style.card}><Title order={2} size="h3">{key in en ? t(key as MessageKey) : readable(name, undefined, language).label}</Title>{children}</section>;
}

function Parts({ part }: { part: Record<string, unknown> }) {
  const { t, format, language } = useLanguage();
  return <Facts facts={Object.entries(part).map(([name, value]) => {
    const { label, show } = readable(name, value, language);
    return [label, show(format, t)];
  })} />;
}

/** What a newer server tells beside its parts. */
function Loose({ status }: { status: ServerStatus }) {
  const loose = Object.fromEntries(Object.entries(status).filter(([name, part]) => !APART.has(name) && (typeof part !== 'object' || part === null)));
  return Object.keys(loose).length > 0 && <Card name="server"><Parts part={loose} /></Card>;
}

function Models() {
  const { t } = useLanguage();
  const models = useModels();
  return (
    <section className={style.section}>
      <Title order={2} size="h2">{t('status.models')}</Title>
      <Loaded query={models}>
        {(all) => (
          <>
            {!all.some((model) => model.kind === 'chat' && !model.scripted) && <Text size="sm" c="dimmed" mb="xs">{t('status.models.none')}</Text>}
            <ul className={style.list} data-testid="models">{all.map((model) => <ModelLine key={model.name} model={model} />)}</ul>
          </>
        )}
      </Loaded>
    </section>
  );
}

function ModelLine({ model }: { model: Model }) {
  const { t } = useLanguage();
  const kind = `status.model.${model.kind}`;
  return (
    <li>
      <span className={`${style.main} g-mono`}>{model.name}</span>
      <Badge color="gray" fw={550}>{kind in en ? t(kind as MessageKey) : model.kind}</Badge>
      <Text size="sm" c="dimmed">
        {[model.dimensions !== undefined && t('status.model.dimensions', { n: model.dimensions }), model.max_tokens !== undefined && t('status.model.tokens', { n: model.max_tokens }), model.scripted && t('status.model.scripted')].filter(Boolean).join(' · ')}
      </Text>
    </li>
  );
}

function Jobs() {
  const { t } = useLanguage();
  const list = useJobs();
  return (
    <section className={style.section}>
      <Title order={2} size="h2">{t('status.jobs')}</Title>
      <Growing list={list} empty={<Text size="sm" c="dimmed">{t('status.jobs.none')}</Text>}>
        {(jobs) => <ul className={style.list} data-testid="jobs">{jobs.map((job) => <JobLine key={job.id} job={job} />)}</ul>}
      </Growing>
    </section>
  );
}

function JobLine({ job }: { job: Job }) {
  const { t } = useLanguage();
  const { may } = useSession();
  const client = useQueryClient();
  const [error, setError] = useState<ApiError>();
  const cancel = async () => {
    setError(undefined);
    try {
      await api.post(`jobs/${segment(job.id)}/cancel`);
      await client.invalidateQueries({ queryKey: ['jobs'] });
    } catch (thrown) {
      setError(asApiError(thrown));
    }
  };
  const progress = t('status.job.progress', { done: job.done, total: job.total });
  return (
    <li>
      <span className={style.main}>{job.kind}</span>
      <State state={job.state} />
      <Text size="sm" c="dimmed">{progress}{job.failed > 0 && ` · ${t('upload.failures', { n: job.failed })}`} · <When at={job.created} /></Text>
      {!job.ended && <Progress value={(100 * job.done) / Math.max(1, job.total)} size={5} w={120} aria-label={progress} />}
      {!job.ended && may('jobs.write') && <Button size="compact-xs" variant="subtle" color="red" onClick={() => void cancel()}>{t('status.job.cancel')}</Button>}
      {error && <ErrorPanel error={error} />}
    </li>
  );
}
