import { Button, Checkbox, Modal, PasswordInput, Select, TagsInput, TextInput } from '@mantine/core';
import { IconPlus, IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { segment } from '../api/address';
import { api } from '../api/client';
import type { Channel, Tested } from '../api/gateway';
import { useSession } from '../api/session';
import { useLanguage } from '../i18n/language';
import { ErrorPanel } from '../ui/ErrorPanel';
import { Confirm, Empty, Loaded } from '../ui/parts';
import ui from '../ui/ui.module.css';
import { alertKinds } from './AlertList';
import { fieldErrors, filled, isSlug } from './fields';
import { choices, Form, Sign, useSaving, word } from './parts';
import { useChanged, useChannel, useChannels } from './queries';
import style from './gateway.module.css';

/** Where alerts are told. */
export function Channels() {
  const { t } = useLanguage();
  const { may } = useSession();
  const query = useChannels();
  const changed = useChanged('alert-channels');
  const [editing, setEditing] = useState<string>();
  const [removing, setRemoving] = useState<Channel>();
  const [testing, setTesting] = useState<Channel>();
  const write = may('alerts.write');
  const add = write && <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setEditing('')} data-testid="new-channel">{t('channels.new')}</Button>;
  return (
    <>
      <Loaded query={query}>
        {(channels) => channels.length === 0 ? <Empty icon={IconSend} title={t('channels.empty')} actions={add}>{t('channels.empty.text')}</Empty> : (
          <>
            <div className={style.end} style={{ marginBottom: 12 }}>{add}</div>
            <Table channels={channels} edit={write ? setEditing : undefined} test={setTesting} remove={setRemoving} />
          </>
        )}
      </Loaded>
      {editing !== undefined && <Editor name={editing} onClose={() => setEditing(undefined)} />}
      {testing && <Test channel={testing} onClose={() => setTesting(undefined)} />}
      {removing && (
        <Confirm title={t('channels.remove')} text={t('channels.remove.text', { name: removing.name })} action={t('common.delete')} onClose={() => setRemoving(undefined)}
          run={async () => {
            await api.delete(`alert-channels/${segment(removing.name)}`);
            await changed();
          }} />
      )}
    </>
  );
}

/** Sends a test and shows what came back. */
function Test({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const { t, format } = useLanguage();
  const { busy, error, save } = useSaving();
  const [tested, setTested] = useState<Tested>();
  const send = () => save(async () => {
    setTested(undefined);
    setTested(await api.post<Tested>(`alert-channels/${segment(channel.name)}/test`));
  });
  return (
    <Modal opened onClose={onClose} title={`${t('channels.test')}: ${channel.name}`} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <div className={style.form}>
        <p className={style.legend} style={{ overflowWrap: 'anywhere' }}>{t('channels.test.text', { where: channel.url ?? channel.recipients.join(', ') })}</p>
        {tested && (
          <div role="status" data-testid="channel-tested" data-sent={tested.sent}>
            <Sign prefix="alert.delivery" value={tested.sent ? 'sent' : 'failed'} /> <span style={{ overflowWrap: 'anywhere' }}>{tested.said}</span> <span className={ui.sub}>· {format.duration(tested.took_ms)}</span>
          </div>
        )}
        {error && <ErrorPanel error={error} />}
        <div className={style.end}>
          <Button variant="default" onClick={onClose}>{t('common.close')}</Button>
          <Button loading={busy} onClick={() => void send()} data-autofocus data-testid="channel-test-send">{tested ? t('channels.test.again') : t('channels.test.send')}</Button>
        </div>
      </div>
    </Modal>
  );
}

function Table({ channels, edit, test, remove }: { channels: Channel[]; edit: ((name: string) => void) | undefined; test: (channel: Channel) => void; remove: (channel: Channel) => void }) {
  const { t } = useLanguage();
  return (
    <div className={ui.scroll}>
      <table className={`${ui.table} ${ui.stack}`} aria-label={t('channels.tab')} data-testid="channels">
        <thead><tr><th scope="col">{t('channels.channel')}</th><th scope="col">{t('calls.kind')}</th><th scope="col">{t('channels.takes')}</th><th scope="col"><span className="g-visually-hidden">{t('gw.edit')}</span></th></tr></thead>
        <tbody>
          {channels.map((one) => (
            <tr key={one.name} data-testid="channel-row">
              <td data-wide><b>{one.name}</b><div className={ui.sub}>{one.url ?? one.recipients.join(', ')}</div></td>
              <td>{word(t, 'channel.kind', one.kind)}</td>
              <td>{one.alerts.map((kind) => word(t, 'alert.kind', kind)).join(', ')}</td>
              <td className={ui.number}>{edit && (
                <>
                  <Button size="compact-xs" variant="subtle" onClick={() => test(one)} aria-label={`${t('channels.test')}: ${one.name}`} data-testid="channel-test">{t('channels.test')}</Button>
                  <Button size="compact-xs" variant="subtle" onClick={() => edit(one.name)} aria-label={`${t('gw.edit')}: ${one.name}`} data-testid="channel-edit">{t('gw.edit')}</Button>
                  <Button size="compact-xs" variant="subtle" color="red" onClick={() => remove(one)} aria-label={`${t('common.delete')}: ${one.name}`} data-testid="channel-delete">{t('common.delete')}</Button>
                </>
              )}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Editor({ name, onClose }: { name: string; onClose: () => void }) {
  const { t } = useLanguage();
  const query = useChannel(name, name !== '');
  return (
    <Modal opened onClose={onClose} title={name === '' ? t('channels.new') : `${t('gw.edit')}: ${name}`} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
      {name === '' ? <Fields onClose={onClose} /> : <Loaded query={query}>{({ thing, tag }) => <Fields key={tag} channel={thing} tag={tag} onClose={onClose} />}</Loaded>}
    </Modal>
  );
}

function Fields({ channel, tag, onClose }: { channel?: Channel; tag?: string | undefined; onClose: () => void }) {
  const { t } = useLanguage();
  const { busy, error, save } = useSaving();
  const changed = useChanged('alert-channels');
  const at = fieldErrors(error);
  const [name, setName] = useState(channel?.name ?? '');
  const [kind, setKind] = useState(channel?.kind ?? 'webhook');
  const [url, setUrl] = useState(channel?.url ?? '');
  const [secret, setSecret] = useState('');
  const [recipients, setRecipients] = useState(channel?.recipients ?? []);
  const [takes, setTakes] = useState<string[]>(channel?.alerts ?? [...alertKinds]);
  const webhook = kind === 'webhook';
  const submit = () => save(async () => {
    const body = filled({ name: name.trim(), kind, alerts: takes, ...(webhook ? { url: url.trim(), secret: secret.trim() } : { recipients }) });
    if (channel) await api.put(`alert-channels/${segment(channel.name)}`, body, tag);
    else await api.post('alert-channels', body);
    await changed();
    onClose();
  });
  return (
    <Form busy={busy} error={error} onSubmit={() => void submit()} onCancel={onClose} action={channel ? t('gw.save') : t('common.create')} disabled={!isSlug(name.trim()) || takes.length === 0} testId="channel-form">
      <div className={style.row}>
        <TextInput label={t('routes.name')} value={name} onChange={(event) => setName(event.currentTarget.value)} disabled={channel !== undefined} error={at('name')} required autoComplete="off" data-testid="channel-name" />
        <Select label={t('calls.kind')} value={kind} onChange={(chosen) => setKind(chosen ?? 'webhook')} allowDeselect={false} data={choices(t, 'channel.kind', ['webhook', 'email'])} error={at('kind')} data-testid="channel-kind" />
      </div>
      {webhook ? (
        <>
          <TextInput label={t('guard.url')} type="url" value={url} onChange={(event) => setUrl(event.currentTarget.value)} error={at('url')} required autoComplete="off" data-testid="channel-url" />
          <PasswordInput label={t('channels.secret')} description={channel?.secret ? t('channels.secret.kept') : t('channels.secret.text')} value={secret} onChange={(event) => setSecret(event.currentTarget.value)} error={at('secret')} autoComplete="new-password" visibilityToggleButtonProps={{ 'aria-label': t('providers.secret.show') }} />
        </>
      ) : <TagsInput label={t('channels.recipients')} placeholder={recipients.length === 0 ? 'people@example.org' : ''} value={recipients} onChange={setRecipients} error={at('recipients')} required data-testid="channel-recipients" />}
      <Checkbox.Group label={t('channels.takes')} value={takes} onChange={setTakes} error={at('alerts')}>
        <div className={style.bar} style={{ margin: '6px 0 0' }}>{choices(t, 'alert.kind', alertKinds).map((one) => <Checkbox key={one.value} value={one.value} label={one.label} />)}</div>
      </Checkbox.Group>
    </Form>
  );
}
