import type { Endpoint, PayloadRequest } from 'payload'
import { resolveTenant } from '../../access/index.ts'
import type { DocumentId } from '../../access/index.ts'
import { readAlertSettings } from '../../alerts/alert-settings.ts'
import { appendAuditEvent } from '../../audit/index.ts'
import { compositionOf } from '../../composition.ts'
import { ApiError } from '../../rest/api-error.ts'
import { defineEndpoint } from '../../rest/define-endpoint.ts'
import { isVaultError } from '../../vault/index.ts'
import { ALERT_SETTINGS } from '../slugs.ts'

export type SettingsRequest = {
  req: PayloadRequest
  tenant: DocumentId
  /** Writes down which settings were changed, by their names. */
  audit(fields: readonly string[]): Promise<void>
}

/**
 * An endpoint under `/api/alert-settings`: for owners of the workspace.
 * 403 `forbidden` for everybody else in it, 404 for other workspaces.
 */
export const defineSettingsEndpoint = ({
  path,
  method,
  handler,
}: Pick<Endpoint, 'path' | 'method'> & { handler(request: SettingsRequest): Promise<unknown> }): Endpoint =>
  defineEndpoint({
    path,
    method,
    async handler(req) {
      const tenant = await resolveTenant(req)
      if (tenant.role !== 'owner') {
        throw new ApiError({
          status: 403,
          code: 'forbidden',
          message: 'Only owners of this workspace say where its alerts go. Ask one of them.',
        })
      }
      const audit = (fields: readonly string[]) =>
        appendAuditEvent({
          payload: req.payload,
          tenant: tenant.id,
          actor: req.user ?? 'system',
          action: 'alert.settings-changed',
          subject: { collection: ALERT_SETTINGS, id: tenant.id },
          result: 'ok',
          details: { fields },
        })
      try {
        return await handler({ req, tenant: tenant.id, audit })
      } catch (error) {
        throw isVaultError(error) ? vaultLocked() : error
      }
    },
  })

const vaultLocked = () =>
  new ApiError({
    status: 503,
    code: 'vault_locked',
    message: 'The server lacks the encryption key of this data. Whoever runs it has to give it back.',
  })

/** The settings as their owners see them. */
export async function toSettingsDoc({ req: { payload }, tenant }: Pick<SettingsRequest, 'req' | 'tenant'>) {
  const settings = await readAlertSettings({ payload, tenant })
  return {
    emailOwners: settings.emailOwners,
    /** Whether this installation sends mail at all. */
    isEmailConfigured: compositionOf(payload).environment.email !== undefined,
    webhookUrl: settings.webhookUrl ?? null,
    hasWebhookSecret: Boolean(settings.webhookSecretVersion),
    webhookFailingSince: toIso(settings.webhookFailingSince),
    webhookDisabledAt: toIso(settings.webhookDisabledAt),
  }
}

const toIso = (date: string | null | undefined): string | null => (date ? new Date(date).toISOString() : null)
