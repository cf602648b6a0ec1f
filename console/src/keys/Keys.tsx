import { Badge, Button, Code, CopyButton, Group, Modal, NumberInput, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconCheck, IconCopy, IconKey, IconPlus } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { basePath, segment } from '../api/address';
import { api } from '../api/client';
import { asApiError, type ApiError } from '../api/errors';
import { useKeys, useRoles } from '../api/queries';
import { useSession } from '../api/session';
import type { CreatedKey, Key, RotatedKey } from '../api/types';
import { en, type MessageKey } from '../i18n/en';
import { useLanguage } from '../i18n/language';
import { fieldErrors } from '../gateway/fields';
import { ErrorPanel } from '../ui/ErrorPanel';
import { Confirm, Empty, Growing, Page, When } from '../ui/parts';
import ui from '../ui/ui.module.css';
import { Rotate } from './Rotate';
import { ending, tagsOf } from './tags';

const DAY_MS = 86_400_000;
const DAYS = [7, 30, 90, 365];

export default function Keys() {
  const { t, format } = useLanguage();
  const { may } = useSession();
  const client = useQueryClient();
  const list = useKeys();
  const [creating, setCreating] = useState(false);
  const [made, setMade] = useState<CreatedKey>();
  const [revoking, setRevoking] = useState<Key>();
  const [rotating, setRotating] = useState<Key>();
  const [rotated, setRotated] = useState<RotatedKey>();
  const changed = () => client.invalidateQueries({ queryKey: ['keys'] });
  const create = may('keys.write') && <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)} data-testid="new-key">{t('keys.new')}</Button>;
  return (
    <Page title={t('keys.title')} lead={t('keys.lead')} actions={create}>
      <Growing list={list} empty={<Empty icon={IconKey} title={t('keys.empty.title')} actions={create}>{t('keys.empty.text')}</Empty>}>
        {(keys) => <Table keys={keys} change={may('keys.write') ? { revoke: setRevoking, rotate: setRotating } : undefined} />}
      </Growing>
      {creating && <NewKey onClose={() => setCreating(false)} onMade={(key) => {
        setCreating(false);
        setMade(key);
        void changed();
      }} />}
      {made && <Made made={made} onClose={() => setMade(undefined)} />}
      {rotating && <Rotate one={rotating} onClose={() => setRotating(undefined)} onRotated={(key) => {
        setRotating(undefined);
        setRotated(key);
        void changed();
      }} />}
      {rotated && <Made made={rotated} title={t('keys.rotated')} note={rotated.old_secret_until ? t('keys.rotated.until', { when: format.moment(rotated.old_secret_until) }) : t('keys.rotated.ended')} onClose={() => setRotated(undefined)} />}
      {revoking && (
        <Confirm title={t('keys.revoke.title')} text={t('keys.revoke.text', { name: revoking.name })} action={t('keys.revoke')} onClose={() => setRevoking(undefined)}
          run={async () => {
            await api.delete(`keys/${segment(revoking.id)}`);
            await changed();
          }} />
      )}
    </Page>
  );
}

interface Change {
  revoke: (key: Key) => void;
  rotate: (key: Key) => void;
}

function Table({ keys, change }: { keys: Key[]; change: Change | undefined }) {
  const { t, format } = useLanguage();
  const { principal } = useSession();
  return (
    <div className={ui.scroll}>
      <table className={`${ui.table} ${ui.stack}`} aria-label={t('keys.table')} data-testid="keys">
        <thead>
          <tr>
            <th scope="col">{t('keys.name')}</th><th scope="col">{t('keys.role')}</th><th scope="col">{t('keys.limit')}</th><th scope="col">{t('keys.used')}</th><th scope="col">{t('keys.created')}</th><th scope="col">{t('keys.expires')}</th>
            <th scope="col"><span className="g-visually-hidden">{t('keys.revoke')}</span></th>
          </tr>
        </thead>
        <tbody>
          {keys.map((one) => (
            <tr key={one.id} data-testid="key-row">
              <td data-wide>
                <b>{one.name}</b>{one.id === principal.id && <span className={ui.sub}> ({t('keys.self')})</span>}
                {one.prefix && <div className={`${ui.sub} g-mono`}>{one.prefix}…</div>}
                {one.old_secret_until && <div className={ui.sub} data-testid="key-old">{t('keys.old', { when: format.moment(one.old_secret_until) })}</div>}
                {Object.keys(one.tags ?? {}).length > 0 && <div className={ui.sub}>{Object.entries(one.tags ?? {}).map(([name, value]) => `${name}=${value}`).join(' · ')}</div>}
              </td>
              <td>{one.role}</td>
              <td data-label={t('keys.limit')}>{one.requests_per_minute === undefined ? t('keys.limit.none') : format.number(one.requests_per_minute)}</td>
              <td data-label={t('keys.used')}><When at={one.last_used_at} /></td>
              <td data-label={t('keys.created')}><When at={one.created} /></td>
              <td data-label={t('keys.expires')}><When at={one.expires_at} /> <End expires={one.expires_at} /></td>
              <td className={ui.number}>
                {change && (
                  <>
                    <Button size="compact-xs" variant="subtle" onClick={() => change.rotate(one)} aria-label={`${t('keys.rotate')}: ${one.name}`} data-testid="key-rotate">{t('keys.rotate')}</Button>
                    <Button size="compact-xs" variant="subtle" color="red" onClick={() => change.revoke(one)} aria-label={`${t('keys.revoke')}: ${one.name}`} data-testid="key-revoke">{t('keys.revoke')}</Button>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function End({ expires }: { expires: string | undefined }) {
  const { t } = useLanguage();
  const end = ending(expires, Date.now());
  return end && <Badge size="sm" color={end === 'expired' ? 'red' : 'brass'} data-testid={`key-${end}`}>{t(`keys.${end}`)}</Badge>;
}

function NewKey({ onClose, onMade }: { onClose: () => void; onMade: (key: CreatedKey) => void }) {
  const { t } = useLanguage();
  const roles = useRoles();
  const { rights } = useSession();
  const [name, setName] = useState('');
  const [role, setRole] = useState<string | null>('viewer');
  const [days, setDays] = useState<string | null>('');
  const [limit, setLimit] = useState<number | string>('');
  const [tags, setTags] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  // No one gives away more than they have.
  const allowed = (roles.data ?? []).filter((one) => one.rights.every((right) => rights.includes(right)));
  const wanted = tagsOf(tags);
  const about = `keys.role.${role ?? ''}`;
  const at = fieldErrors(error);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      onMade(await api.post<CreatedKey>('keys', {
        name: name.trim(),
        role,
        ...(days && { expires_at: new Date(Date.now() + Number(days) * DAY_MS).toISOString() }),
        ...(typeof limit === 'number' && { requests_per_minute: limit }),
        ...(wanted && Object.keys(wanted).length > 0 && { tags: wanted }),
      }));
    } catch (thrown) {
      setError(asApiError(thrown));
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={t('keys.new')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <TextInput label={t('keys.name')} description={t('keys.name.text')} value={name} onChange={(event) => setName(event.currentTarget.value)} error={at('name')} required data-autofocus autoComplete="off" data-testid="key-name" />
          <Select label={t('keys.role')} description={about in en ? t(about as MessageKey) : undefined} value={role} onChange={setRole} allowDeselect={false} data={allowed.map((one) => one.name)} error={at('role')} data-testid="key-role" />
          <Select label={t('keys.expires')} value={days} onChange={setDays} allowDeselect={false} data={[{ value: '', label: t('common.never') }, ...DAYS.map((count) => ({ value: String(count), label: t('keys.expires.days', { n: count }) }))]} />
          <NumberInput label={`${t('keys.limit')} (${t('common.optional')})`} value={limit} onChange={setLimit} min={1} allowDecimal={false} allowNegative={false} placeholder={t('keys.limit.none')} error={at('requests_per_minute')} />
          <Textarea label={`${t('keys.tags')} (${t('common.optional')})`} description={t('keys.tags.text')} value={tags} onChange={(event) => setTags(event.currentTarget.value)} error={at('tags') ?? (wanted === undefined && t('keys.tags.wrong'))} autosize minRows={1} maxRows={8} spellCheck={false} data-testid="key-tags" />
          {error && <ErrorPanel error={error} />}
          <Group justify="flex-end" gap="xs" mt="xs">
            <Button variant="default" onClick={onClose}>{t('common.cancel')}</Button>
            <Button type="submit" loading={busy} disabled={name.trim() === '' || wanted === undefined} data-testid="key-create">{t('common.create')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** The one time that a key is in sight; closing is a deliberate act. */
function Made({ made, title, note, onClose }: { made: CreatedKey; title?: string; note?: string; onClose: () => void }) {
  const { t } = useLanguage();
  const tryIt = `curl ${window.location.origin}${basePath}/v1/models -H "Authorization: Bearer $GIMBAL_KEY"`;
  return (
    <Modal opened onClose={onClose} title={`${title ?? t('keys.made')}: ${made.name}`} closeOnClickOutside={false} closeOnEscape={false} withCloseButton={false} size="lg">
      <Text size="sm" mb="sm">{t('keys.made.text')} {note}</Text>
      <Code block className="g-mono" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }} data-testid="key-secret">{made.key}</Code>
      <Text size="sm" mt="md" mb={4}>{t('keys.made.try')}</Text>
      <Code block style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>{tryIt}</Code>
      <Group justify="flex-end" gap="xs" mt="md">
        <CopyButton value={made.key}>
          {({ copied, copy }) => <Button onClick={copy} leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />} data-autofocus>{copied ? t('common.copied') : t('common.copy')}</Button>}
        </CopyButton>
        <Button variant="default" onClick={onClose} data-testid="key-kept">{t('keys.made.done')}</Button>
      </Group>
    </Modal>
  );
}
