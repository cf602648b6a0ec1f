import { Badge, Loader } from '@mantine/core';
import { IconCheck, IconClock, IconX } from '@tabler/icons-react';
import { en, type MessageKey } from '../i18n/en';
import { useLanguage } from '../i18n/language';

const GOOD = new Set(['ready', 'done', 'succeeded', 'ended']);
const BUSY = new Set(['working', 'running']);

/** The state of a document or a job, in word, sign and colour. */
export function State({ state }: { state: string }) {
  const { t } = useLanguage();
  const key = `state.${state}`;
  const word = key in en ? t(key as MessageKey) : state;
  const sign = GOOD.has(state) ? <IconCheck size={13} aria-hidden />
    : BUSY.has(state) ? <Loader size={10} color="currentColor" aria-hidden />
    : state === 'failed' ? <IconX size={13} aria-hidden /> : <IconClock size={13} aria-hidden />;
  const color = GOOD.has(state) ? 'petrol' : state === 'failed' ? 'red' : BUSY.has(state) ? 'brass' : 'gray';
  return <Badge color={color} leftSection={sign} data-testid="state" data-state={state} fw={550}>{word}</Badge>;
}
