import { Button, Group } from '@mantine/core';
import { IconPlayerStopFilled, IconPlus, IconSend, IconColumns3 } from '@tabler/icons-react';
import { useModels } from '../api/queries';
import { useLanguage } from '../i18n/language';
import { Empty, Loaded, Page } from '../ui/parts';
import { ColumnView } from './ColumnView';
import style from './playground.module.css';
import { wrongSchema, wrongTools } from './request';
import { SettingsForm } from './SettingsForm';
import { MOST_COLUMNS, usePlayground } from './usePlayground';

export default function Playground() {
  const { t } = useLanguage();
  const models = useModels();
  return (
    <Page title={t('play.title')} lead={t('play.lead')}>
      <Loaded query={models}>
        {(all) => {
          const names = all.filter((model) => model.kind === 'chat').map((model) => model.name);
          return names.length === 0 ? <Empty icon={IconColumns3} title={t('play.models.none')}>{t('play.models.none.text')}</Empty> : <Comparison models={names} />;
        }}
      </Loaded>
    </Page>
  );
}

function Comparison({ models }: { models: string[] }) {
  const { t } = useLanguage();
  const { settings, set, columns, choose, add, remove, run, runAll, stop, stopAll, busy } = usePlayground(models);
  const wrong = wrongTools(settings.tools) !== undefined || wrongSchema(settings.schema) !== undefined;
  const ready = settings.prompt.trim() !== '' && !wrong && columns.some((one) => one.model !== '');
  const count = columns.filter((one) => one.model !== '').length;
  return (
    <>
      <SettingsForm settings={settings} set={set} submit={() => ready && runAll()}>
        <Group gap="xs">
          <Button type="submit" leftSection={<IconSend size={16} aria-hidden />} disabled={!ready} data-testid="play-run">{t('play.run.all', { n: count })}</Button>
          {busy && <Button variant="light" color="brass" leftSection={<IconPlayerStopFilled size={14} aria-hidden />} onClick={stopAll} data-testid="play-stop-all">{t('play.stop.all')}</Button>}
          {columns.length < MOST_COLUMNS && <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={add} data-testid="play-add">{t('play.add')}</Button>}
        </Group>
      </SettingsForm>
      <div className={style.columns} style={{ '--columns': columns.length } as React.CSSProperties}>
        {columns.map((one, at) => (
          <ColumnView key={one.id} column={one} number={at + 1} models={models} ready={ready} choose={(model) => choose(one.id, model)} run={() => run(one.id, one.model)} stop={() => stop(one.id)}
            remove={columns.length > 1 ? () => remove(one.id) : undefined} />
        ))}
      </div>
    </>
  );
}
