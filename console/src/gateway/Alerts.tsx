import { Tabs } from '@mantine/core';
import { useSearchParams } from 'wouter';
import { useLanguage } from '../i18n/language';
import { Page } from '../ui/parts';
import { AlertList } from './AlertList';
import { Channels } from './Channels';
import { SurgeForm } from './SurgeForm';

const tabs = ['alerts', 'channels', 'surge'] as const;

/** What needs someone's attention, where that is told, and when spend counts as unusual. */
export default function Alerts() {
  const { t } = useLanguage();
  const [parameters, setParameters] = useSearchParams();
  const tab = tabs.find((one) => one === parameters.get('tab')) ?? 'alerts';
  return (
    <Page title={t('alerts.title')} lead={t('alerts.lead')}>
      <Tabs value={tab} onChange={(chosen) => setParameters(chosen && chosen !== 'alerts' ? { tab: chosen } : {})} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="alerts">{t('alerts.tab')}</Tabs.Tab>
          <Tabs.Tab value="channels" data-testid="tab-channels">{t('channels.tab')}</Tabs.Tab>
          <Tabs.Tab value="surge" data-testid="tab-surge">{t('surge.tab')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="alerts"><AlertList /></Tabs.Panel>
        <Tabs.Panel value="channels"><Channels /></Tabs.Panel>
        <Tabs.Panel value="surge"><SurgeForm /></Tabs.Panel>
      </Tabs>
    </Page>
  );
}
