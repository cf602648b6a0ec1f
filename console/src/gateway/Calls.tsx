import { Tabs } from '@mantine/core';
import { useSearchParams } from 'wouter';
import { useLanguage } from '../i18n/language';
import { Page } from '../ui/parts';
import { RecordedCalls } from './RecordedCalls';
import { RunningCalls } from './RunningCalls';

/** Calls: those that are under way, and those on record. The tab lives in the address with the filters. */
export default function Calls() {
  const { t } = useLanguage();
  const [parameters, setParameters] = useSearchParams();
  const tab = parameters.get('tab') === 'recorded' ? 'recorded' : 'running';
  return (
    <Page title={t('calls.title')} lead={t('calls.lead')}>
      <Tabs value={tab} onChange={(chosen) => setParameters(chosen === 'recorded' ? { tab: 'recorded' } : {})} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="running" data-testid="tab-running">{t('calls.running')}</Tabs.Tab>
          <Tabs.Tab value="recorded" data-testid="tab-recorded">{t('calls.recorded')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="running"><RunningCalls /></Tabs.Panel>
        <Tabs.Panel value="recorded"><RecordedCalls /></Tabs.Panel>
      </Tabs>
    </Page>
  );
}
