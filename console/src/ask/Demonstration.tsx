import { Button, Progress, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconSparkles } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { api } from '../api/client';
import { asApiError, type ApiError } from '../api/errors';
import { followJob } from '../api/jobs';
import { documentsChanged } from '../api/queries';
import type { Job } from '../api/types';
import { useLanguage } from '../i18n/language';
import { ErrorPanel } from '../ui/ErrorPanel';

/** One click puts the project's own documentation into a collection and says when it can be asked. */
export function DemonstrationButton({ onReady }: { onReady?: (collection: string) => void }) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const [job, setJob] = useState<Job>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const leaving = useRef(new AbortController());
  useEffect(() => {
    const controller = new AbortController();
    leaving.current = controller;
    return () => controller.abort();
  }, []);

  const load = async () => {
    setBusy(true);
    setError(undefined);
    const signal = leaving.current.signal;
    try {
      const started = await api.post<{ collection: string; job: string }>('demonstration');
      await followJob(started.job, setJob, signal);
      if (signal.aborted) return;
      documentsChanged(client);
      onReady?.(started.collection);
    } catch (thrown) {
      setError(asApiError(thrown));
    }
    setBusy(false);
  };

  if (error) return <ErrorPanel error={error} retry={() => void load()} />;
  if (!busy) return <Button variant="default" leftSection={<IconSparkles size={16} aria-hidden />} onClick={() => void load()} data-testid="demonstration">{t('ask.empty.demo')}</Button>;
  const line = job && job.total > 0 ? t('ask.demo.working', { done: job.done, total: job.total }) : t('ask.demo.start');
  return (
    <div style={{ minWidth: 260 }} data-testid="demonstration-progress">
      <Text size="sm" mb={6}>{line}</Text>
      <Progress value={job ? (100 * job.done) / Math.max(1, job.total) : 0} size={5} aria-label={line} />
    </div>
  );
}
