import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { segment } from '../api/address';
import { api } from '../api/client';
import { asApiError, type ApiError } from '../api/errors';
import type { Key, RotatedKey } from '../api/types';
import { useLanguage } from '../i18n/language';
import { ErrorPanel } from '../ui/ErrorPanel';
import { ending } from './tags';

const DAY_MS = 86_400_000;
const OVERLAPS = [0, 1, 24, 72, 168, 720];
const DAYS = [7, 30, 90, 365];

/** Asks how long the old secret stays good, and gives the key another one. */
export function Rotate({ one, onClose, onRotated }: { one: Key; onClose: () => void; onRotated: (rotated: RotatedKey) => void }) {
  const { t } = useLanguage();
  const expired = ending(one.expires_at, Date.now()) === 'expired';
  const [overlap, setOverlap] = useState('24');
  const [days, setDays] = useState(expired ? '90' : '');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const label = (hours: number) => (hours === 0 ? t('keys.rotate.now') : hours < 48 ? t('keys.rotate.hours', { n: hours }) : t('keys.rotate.days', { n: hours / 24 }));

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      onRotated(await api.post<RotatedKey>(`keys/${segment(one.id)}/rotate`, {
        overlap_hours: Number(overlap),
        ...(days && { expires_at: new Date(Date.now() + Number(days) * DAY_MS).toISOString() }),
      }));
    } catch (thrown) {
      setError(asApiError(thrown));
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={t('keys.rotate.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>{expired ? t('keys.rotate.expired') : t('keys.rotate.text', { name: one.name })}</Text>
          {!expired && <Select label={t('keys.rotate.overlap')} value={overlap} onChange={(hours) => setOverlap(hours ?? '24')} allowDeselect={false} data={OVERLAPS.map((hours) => ({ value: String(hours), label: label(hours) }))} data-testid="rotate-overlap" />}
          <Select label={t('keys.expires')} value={days} onChange={(chosen) => setDays(chosen ?? '')} allowDeselect={false} data={[...(expired ? [] : [{ value: '', label: t('keys.unchanged') }]), ...DAYS.map((count) => ({ value: String(count), label: t('keys.expires.days', { n: count }) }))]} data-testid="rotate-expires" />
          {error && <ErrorPanel error={error} />}
          <Group justify="flex-end" gap="xs" mt="xs">
            <Button variant="default" onClick={onClose}>{t('common.cancel')}</Button>
            <Button type="submit" loading={busy} data-testid="rotate-go">{t('keys.rotate')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
