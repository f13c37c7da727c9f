import { z } from 'zod'
import { isProviderError } from '../../provider-kit/index.ts'
import type {
  Capability,
  KeyStatus,
  ProviderContext,
  ProviderErrorKind,
  ProviderManifest,
} from '../../provider-kit/index.ts'
import type { Credentials, KeyMetadata, RecordedVerdict } from '../../vault/index.ts'
import { createScrubber } from './scrub.ts'
import { secretValuesOf } from './secret-fields.ts'

/** How long a provider may take to answer a check, in ms. */
export const CHECK_DEADLINE_MS = 8_000

/** The verdict as clients get it. */
export type KeyCheck = RecordedVerdict & {
  provider: string
  status: KeyStatus
  /** How long the provider asks to wait before the next request, in ms. */
  retryAfterMs?: number
}

type CheckOptions = {
  manifest: ProviderManifest
  context: ProviderContext<Credentials>
  capabilities: readonly Capability[]
  deadlineMs?: number
}

const verdictSchema = z.object({
  status: z.enum(['valid', 'limited', 'out-of-credit', 'rejected', 'unreachable', 'unverified']),
  capabilities: z.record(z.string(), z.unknown()).catch({}),
  message: z.string().catch(''),
  fixUrl: z.string().optional().catch(undefined),
  metadata: z.record(z.string(), z.unknown()).catch({}),
  retryAfterMs: z.number().positive().optional().catch(undefined),
})

type RawVerdict = z.infer<typeof verdictSchema>

const MAX_TEXT = 500
const MAX_METADATA = 40

/**
 * Asks the provider what a key can do. Never throws, answers within the deadline even where the plugin does not, and
 * holds nothing of the key, whatever the provider echoed.
 * @param options.capabilities those of the provider; a verdict on any other is dropped
 */
export async function checkKey({
  manifest,
  context,
  capabilities,
  deadlineMs = CHECK_DEADLINE_MS,
}: CheckOptions): Promise<KeyCheck> {
  const started = performance.now()
  const raw = await askProvider({ manifest, context, deadlineMs })
  return {
    provider: manifest.id,
    ...clean({ raw, manifest, capabilities, scrub: createScrubber(secretValuesOf(manifest, context.credentials)) }),
    latencyMs: Math.round(performance.now() - started),
    checkedAt: new Date().toISOString(),
  }
}

async function askProvider({
  manifest,
  context,
  deadlineMs,
}: Omit<CheckOptions, 'capabilities'> & { deadlineMs: number }) {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<RawVerdict>((resolve) => {
    timer = setTimeout(() => {
      controller.abort()
      resolve(noVerdict('unreachable'))
    }, deadlineMs)
  })
  try {
    // A copy, so that a plugin cannot change what is stored afterwards.
    const asked = { ...context, credentials: { ...context.credentials }, signal: controller.signal }
    return await Promise.race([deadline, Promise.resolve(manifest.checkKey(asked)).then(read, judgeFailure)])
  } catch (error) {
    return judgeFailure(error)
  } finally {
    clearTimeout(timer)
  }
}

const noVerdict = (status: KeyStatus): RawVerdict => ({ status, capabilities: {}, message: '', metadata: {} })

const read = (verdict: unknown): RawVerdict => {
  const parsed = verdictSchema.safeParse(verdict)
  return parsed.success ? parsed.data : noVerdict('unverified')
}

const SILENCE: ReadonlySet<ProviderErrorKind> = new Set(['unreachable', 'timeout', 'rate-limited', 'closed'])

/** What a plugin throws says nothing against the key. */
const judgeFailure = (error: unknown): RawVerdict => {
  if (!isProviderError(error) || !SILENCE.has(error.kind)) return noVerdict('unverified')
  return { ...noVerdict('unreachable'), retryAfterMs: error.retryAfterMs }
}

type CleanOptions = Pick<CheckOptions, 'manifest' | 'capabilities'> & { raw: RawVerdict; scrub(text: string): string }

function clean({
  raw,
  manifest,
  capabilities,
  scrub,
}: CleanOptions): Omit<KeyCheck, 'provider' | 'latencyMs' | 'checkedAt'> {
  const { status } = raw
  // One text for every failure of the network, so that nobody maps a network by reading them.
  if (status === 'unreachable') {
    const { retryAfterMs } = raw
    const silence = { status, capabilities: {}, message: unreachableMessage(manifest), metadata: {} }
    return retryAfterMs === undefined ? silence : { ...silence, retryAfterMs }
  }
  const fixUrl =
    raw.fixUrl !== undefined && isWebAddress(raw.fixUrl) && scrub(raw.fixUrl) === raw.fixUrl ? raw.fixUrl : undefined
  return {
    status,
    capabilities: Object.fromEntries(
      capabilities.flatMap((name) =>
        typeof raw.capabilities[name] === 'boolean' ? [[name, raw.capabilities[name]]] : [],
      ),
    ),
    message: scrub(raw.message).slice(0, MAX_TEXT) || `${manifest.name} gave no verdict on this key.`,
    ...(fixUrl === undefined ? {} : { fixUrl }),
    metadata: cleanMetadata(raw.metadata, scrub),
  }
}

const unreachableMessage = ({ name }: ProviderManifest) =>
  `${name} could not be reached or was too busy, so the key was not tested. Test it again soon.`

const isWebAddress = (text: string) =>
  URL.canParse(text) && new URL(text).protocol === 'https:' && text.length <= MAX_TEXT

function cleanMetadata(metadata: Record<string, unknown>, scrub: (text: string) => string): KeyMetadata {
  const entries = Object.entries(metadata).slice(0, MAX_METADATA)
  return Object.fromEntries(
    entries.flatMap(([name, value]): [string, KeyMetadata[string]][] => {
      const label = scrub(name).slice(0, 100)
      if (typeof value === 'string') return [[label, scrub(value).slice(0, MAX_TEXT)]]
      if (typeof value === 'number' && scrub(String(value)) !== String(value)) return []
      const isPlain =
        value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
      return isPlain ? [[label, value]] : []
    }),
  )
}
