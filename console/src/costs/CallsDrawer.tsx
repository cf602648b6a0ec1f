import { Drawer, Text } from '@mantine/core';
import { IconReceipt2 } from '@tabler/icons-react';
import { Link } from 'wouter';
import { segment, type Query } from '../api/address';
import { useCostCalls } from '../api/money';
import { Sign } from '../gateway/parts';
import { useLanguage } from '../i18n/language';
import { Empty, Loaded, When } from '../ui/parts';
import ui from '../ui/ui.module.css';

/** The latest calls of a group, each with the way to its trace. */
export function CallsDrawer({ name, query, onClose }: { name: string; query: Query; onClose: () => void }) {
  const { t, format } = useLanguage();
  const calls = useCostCalls(query);
  return (
    <Drawer opened onClose={onClose} position="right" size="xl" title={t('costs.drill', { name })} closeButtonProps={{ 'aria-label': t('common.close') }} data-testid="cost-calls">
      <Loaded query={calls}>
        {({ data, next }) => data.length === 0 ? <Empty icon={IconReceipt2} title={t('costs.calls.none')} /> : (
          <>
            <div className={ui.scroll}>
              <table className={`${ui.table} ${ui.stack}`} aria-label={t('costs.calls.table')}>
                <thead>
                  <tr>
                    <th scope="col">{t('traces.model')}</th><th scope="col">{t('costs.outcome')}</th><th scope="col" className={ui.number}>{t('costs.cost')}</th>
                    <th scope="col" className={ui.number}>{t('costs.tokens.in')}</th><th scope="col" className={ui.number}>{t('costs.tokens.out')}</th><th scope="col">{t('costs.when')}</th>
                  </tr>
                </thead>
                <tbody>
                  {data.map((call) => (
                    <tr key={call.id} data-testid="cost-call">
                      <td data-wide><Link href={`/calls/${segment(call.id)}`}>{call.model ?? call.id}</Link><div className={ui.sub}>{Object.entries(call.tags ?? {}).map(([tag, value]) => `${tag}=${value}`).join(' · ')}</div></td>
                      <td><Sign prefix="call.outcome" value={call.outcome ?? 'unknown'} />{call.error && <div className={`${ui.sub} g-mono`}>{call.error}</div>}</td>
                      <td className={ui.number} data-label={t('costs.cost')}>{call.cost_usd !== undefined ? format.usd(call.cost_usd) : call.outcome === 'refused' && call.input_tokens === undefined ? '–' : t('common.unknown')}</td>
                      <td className={ui.number} data-label={t('costs.tokens.in')}>{call.input_tokens === undefined ? '–' : format.number(call.input_tokens)}</td>
                      <td className={ui.number} data-label={t('costs.tokens.out')}>{call.output_tokens === undefined ? '–' : format.number(call.output_tokens)}</td>
                      <td className={ui.nowrap}><When at={call.at} /></td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            {next && <Text size="xs" c="dimmed" mt="sm">{t('costs.calls.more')}</Text>}
          </>
        )}
      </Loaded>
    </Drawer>
  );
}
