import { Indicator, RingProgress, Tooltip } from '@mantine/core';
import { Link } from 'wouter';
import { segment } from '../api/address';
import { useLanguage } from '../i18n/language';
import { totals, useUploads } from './uploads';

/** While documents are on their way, a sign of it on every screen; it leads to their collection. */
export function UploadsButton() {
  const { t } = useLanguage();
  const running = useUploads().filter((one) => one.state !== 'ended');
  const first = running[0];
  if (!first) return null;
  const { done, total } = totals(first);
  const share = first.state === 'sending' ? first.sent / Math.max(1, first.bytes) : done / Math.max(1, total);
  const label = t('upload.working', { done, total: Math.max(total, first.files) });
  return (
    <Tooltip label={label}>
      <Link href={`/library/${segment(first.collection)}`} aria-label={label} style={{ display: 'flex', borderRadius: '50%' }} data-testid="uploads-running">
        <Indicator disabled={running.length < 2} label={running.length} size={14}>
          <RingProgress size={30} thickness={4} roundCaps sections={[{ value: Math.round(100 * share), color: 'petrol' }]} aria-hidden />
        </Indicator>
      </Link>
    </Tooltip>
  );
}
