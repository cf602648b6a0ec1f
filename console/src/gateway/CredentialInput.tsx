import { PasswordInput, TextInput } from '@mantine/core';
import { useSession } from '../api/session';
import type { Translate } from '../i18n/format';
import { useLanguage } from '../i18n/language';
import { isReference } from './presets';

/**
 * Where a provider's key is found. Who runs the server names it (`env:…`, `file:…`) and never types it; who may not name
 * the server's environment has only the key itself to give, which is kept encrypted and never shown again.
 *
 * `kept` is what stands for the one that there is: left empty, it stays.
 */
export function CredentialInput({ value, onChange, kept, error, required, disabled, testId }: {
  value: string; onChange: (value: string) => void; kept?: string | undefined; error: string | undefined; required?: boolean; disabled?: boolean; testId?: string;
}) {
  const { t } = useLanguage();
  const byReference = useByReference();
  const shared = { value, error: error ?? (byReference && badReference(value) ? t('providers.credential.bad') : undefined), required: required === true, disabled: disabled === true, autoComplete: 'off', 'data-testid': testId, onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value) };
  const placeholder = kept ? t('providers.credential.kept', { what: credentialText(t, kept) }) : undefined;
  return byReference
    ? <TextInput label={t('providers.credential')} description={t('providers.credential.text')} {...shared} placeholder={placeholder ?? 'env:NAME'} />
    : <PasswordInput label={t('providers.secret')} description={t('providers.secret.text')} visibilityToggleButtonProps={{ 'aria-label': t('providers.secret.show') }} {...shared} placeholder={placeholder} aria-invalid={shared.error !== undefined || undefined} autoComplete="new-password" />;
}

/** What stands for a credential that nobody can read. */
export const credentialText = (t: Translate, credential: string): string => (credential === 'sealed' ? t('providers.sealed') : credential);

export const useByReference = (): boolean => useSession().may('tenants.write');

const badReference = (value: string): boolean => value.trim() !== '' && !isReference(value.trim());
