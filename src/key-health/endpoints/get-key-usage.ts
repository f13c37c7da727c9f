import { z } from 'zod'
import { requireKeyReader } from '../../collections/ProviderKeys/access/require-role.ts'
import { compositionOf } from '../../composition.ts'
import { ApiError, notFound } from '../../rest/api-error.ts'
import { defineEndpoint } from '../../rest/define-endpoint.ts'
import { findKeyRecord } from '../../vault/index.ts'
import { daysToEmpty } from '../balance.ts'
import type { HealthRecord } from '../health-record.ts'
import { readKeyUsage } from '../read-usage.ts'

const MAX_DAYS = 366
const daysSchema = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number)
  .refine((days) => days >= 1 && days <= MAX_DAYS)

/** `GET /api/user-api-keys/:provider/usage?days=`: how a key did, day by day (UTC), and what was used with it. */
export const getKeyUsage = () =>
  defineEndpoint({
    path: '/user-api-keys/:provider/usage',
    method: 'get',
    async handler(req) {
      const { id: tenant } = await requireKeyReader(req)
      const { payload } = req
      const provider = String(req.routeParams?.provider ?? '')
      const { registry } = compositionOf(payload)
      const record: HealthRecord | undefined = await findKeyRecord({ payload, tenant, provider })
      if (!record && !registry.has(provider)) throw notFound()
      if (!record) throw noKey(registry.get(provider).name)
      const days = readDays(req.searchParams.get('days'))
      const report = await readKeyUsage({ payload, credentialId: record.credentialId, days, now: Date.now() })
      return { provider, ...report, balance: balanceOf(record) }
    },
  })

function readDays(text: string | null): number {
  const parsed = daysSchema.safeParse(text ?? '30')
  if (parsed.success) return parsed.data
  const message = `days must be a whole number from 1 to ${MAX_DAYS}.`
  throw new ApiError({ status: 400, code: 'invalid_input', message, details: { fields: [{ field: 'days', message }] } })
}

const noKey = (name: string) =>
  new ApiError({ status: 404, code: 'not_found', message: `This workspace has no ${name} key yet.` })

/** What is left of the account and how long that lasts; null where its provider does not tell. */
function balanceOf({ balanceSamples: history }: HealthRecord) {
  const current = history?.samples.at(-1)
  if (!history || !current) return null
  return {
    current: current.balance,
    unit: history.unit,
    samples: history.samples,
    daysToEmpty: daysToEmpty(history),
  }
}
