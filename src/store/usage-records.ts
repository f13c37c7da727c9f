import type { Payload } from 'payload'
import type { ToolCallEntry } from '../calls/index.ts'
import type { DocumentId } from '../access/membership.ts'
import { USAGE } from '../collections/slugs.ts'
import { durationSecondsOf } from './call-records.ts'
import type { CallClosing, CallRecord } from './call-records.ts'

/** What a call used of one provider, in one unit. */
export type UsageRow = {
  provider: string
  kind: 'telephony' | 'stt' | 'llm' | 'tts' | 'web-search'
  quantity: number
  unit: 'seconds' | 'input-tokens' | 'cached-input-tokens' | 'output-tokens' | 'characters' | 'searches'
  /** Public id of the credential that paid for it, from the call's receipt. */
  credentialId?: string
}

/**
 * What a call that ended used, in the units that its providers bill by. Nothing is counted twice: `input-tokens` are
 * those that no cache answered. What was not used has no row.
 * @param carrier provider id of the carrier
 */
export function toUsageRows({ closing, carrier }: { closing: CallClosing; carrier: string }): UsageRow[] {
  const rows: UsageRow[] = [
    { provider: carrier, kind: 'telephony', quantity: durationSecondsOf(closing), unit: 'seconds' },
  ]
  if (closing.summary) {
    const { stt, llm, tts } = closing.summary.usage
    const fresh = Math.max(0, llm.inputTokens - llm.cachedInputTokens)
    rows.push(
      { provider: stt.provider, kind: 'stt', quantity: Math.round(stt.audioMs / 100) / 10, unit: 'seconds' },
      { provider: llm.provider, kind: 'llm', quantity: fresh, unit: 'input-tokens' },
      { provider: llm.provider, kind: 'llm', quantity: llm.cachedInputTokens, unit: 'cached-input-tokens' },
      { provider: llm.provider, kind: 'llm', quantity: llm.outputTokens, unit: 'output-tokens' },
      { provider: tts.provider, kind: 'tts', quantity: tts.characters, unit: 'characters' },
    )
  }
  const search = closing.receipt?.find(({ capability }) => capability === 'web-search')
  if (search) {
    const searches = closing.summary?.toolCalls?.filter(isSearch).length ?? 0
    rows.push({ provider: search.provider, kind: 'web-search', quantity: searches, unit: 'searches' })
  }
  return rows
    .filter(({ quantity }) => quantity > 0)
    .map((row) => {
      const paid = closing.receipt?.find(({ capability }) => capability === row.kind)
      return paid ? { ...row, credentialId: paid.credentialId } : row
    })
}

/** What the toolbox refused never reached the provider. */
const isSearch = ({ name, outcome }: ToolCallEntry): boolean => name === 'web_search' && outcome !== 'refused'

type SaveUsageOptions = {
  payload: Payload
  tenant: DocumentId
  record: CallRecord
  closing: CallClosing
  carrier: string
}

/** Writes what a call used into the workspace's usage. A row that cannot be written is logged and costs nothing else. */
export async function saveUsage({ payload, tenant, record, closing, carrier }: SaveUsageOptions): Promise<void> {
  for (const row of toUsageRows({ closing, carrier })) {
    try {
      await payload.create({
        collection: USAGE,
        overrideAccess: true,
        depth: 0,
        data: { ...row, tenant, call: record.id },
      })
    } catch (error) {
      payload.logger.error({ err: error, callId: record.callId, ...row, msg: 'The usage of a call could not be saved' })
    }
  }
}
