import { toClock, toCount, toNumber } from './format.ts'
import type { CallDocument, ReceiptLine } from './types.ts'

type Capability = ReceiptLine['capability']

/** What one provider did in a call, and whose key paid for it. */
export type ProviderLine = {
  capability: Capability
  provider: string
  /** What was used, in words; empty where nothing was. */
  amounts: string[]
  /** Absent where the call ended before a key was used. */
  credential?: { id: string; version: number }
  requestIds: string[]
}

const ORDER: readonly Capability[] = ['telephony', 'stt', 'llm', 'tts', 'web-search']

/** Joins the usage of a call and its receipt, a line for each capability that has either. */
export function providerLinesOf(call: CallDocument): ProviderLine[] {
  return ORDER.flatMap((capability) => {
    const paid = call.receipt?.find((line) => line.capability === capability)
    const isMetered = capability !== 'telephony' && capability !== 'web-search'
    const provider = paid?.provider ?? (isMetered ? call.usage?.[capability].provider : undefined)
    if (provider === undefined) return []
    return [
      {
        capability,
        provider,
        amounts: amountsOf(call, capability),
        ...(paid && { credential: { id: paid.credentialId, version: paid.version } }),
        requestIds: paid?.requestIds ?? [],
      },
    ]
  })
}

function amountsOf({ usage, durationSeconds, toolCalls }: CallDocument, capability: Capability): string[] {
  if (capability === 'telephony') return durationSeconds ? [`${toClock(durationSeconds)} on the line`] : []
  if (capability === 'web-search') {
    const searches = toolCalls?.filter(({ name, outcome }) => name === 'web_search' && outcome !== 'refused') ?? []
    return searches.length > 0 ? [toCount(searches.length, 'web request')] : []
  }
  if (!usage) return []
  if (capability === 'stt') return usage.stt.audioMs > 0 ? [`${toClock(usage.stt.audioMs / 1_000)} of audio`] : []
  if (capability === 'tts') return usage.tts.characters > 0 ? [toCount(usage.tts.characters, 'character')] : []
  const { inputTokens, cachedInputTokens, outputTokens, requests, speculations, speculationsUsed } = usage.llm
  const wasted = speculations - speculationsUsed
  const cached = cachedInputTokens > 0 ? `, ${toNumber(cachedInputTokens)} of them cached` : ''
  const discarded = wasted > 0 ? `, ${toNumber(wasted)} of them begun too early` : ''
  return [
    ...(inputTokens > 0 ? [`${toCount(inputTokens, 'token')} in${cached}`] : []),
    ...(outputTokens > 0 ? [`${toCount(outputTokens, 'token')} out`] : []),
    ...(requests > 0 ? [`${toCount(requests, 'request')}${discarded}`] : []),
  ]
}
