import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import type { Payload } from 'payload'
import { compositionOf } from '../src/composition.ts'
import { FRAME_BYTES } from '../src/provider-kit/index.ts'
import type { TelephonyCapability } from '../src/provider-kit/index.ts'
import { resolveForUse } from '../src/vault/index.ts'

/** Time of one run of a small operation, in µs. */
export type MicroResult = { name: string; runs: number; p50Us: number; p95Us: number }

const ENOUGH = { slow: 200, fast: 20_000 }

/** Measures small operations that every call does, one by one. */
export async function runMicroBenchmarks({ payload, tenantId }: { payload: Payload; tenantId: string }) {
  const { vault, registry } = compositionOf(payload)
  const { telephony } = registry.require('telnyx', 'telephony')
  const open = () => resolveForUse({ payload, tenant: tenantId, provider: 'deepgram', purpose: 'webhook' })
  const verifyAndParse = createWebhookReader(telephony)
  const codec = telephony.createMediaCodec()
  const audio = Buffer.alloc(FRAME_BYTES, 0x7e)
  const inbound = JSON.stringify({
    event: 'media',
    sequence_number: '4',
    media: { track: 'inbound', chunk: '2', timestamp: '20', payload: audio.toString('base64') },
    stream_id: '32de0dea-53cb-4b21-89a4-9e1819c043bc',
  })
  return [
    await measure({ name: 'vault: open a key, data key in memory', runs: ENOUGH.slow, run: open }),
    await measure({
      name: 'vault: open a key, data key unwrapped anew',
      runs: ENOUGH.slow,
      before: () => vault.forgetTenant(tenantId),
      run: open,
    }),
    await measure({ name: 'webhook: verify the signature and parse', runs: ENOUGH.fast / 10, run: verifyAndParse }),
    await measure({ name: 'media frame: parse', runs: ENOUGH.fast, run: () => void codec.parse(inbound) }),
    await measure({ name: 'media frame: write', runs: ENOUGH.fast, run: () => void codec.media(audio) }),
  ]
}

type MeasureOptions = { name: string; runs: number; before?(): void; run(): unknown }

/** Quick operations are timed in tens, because the clock itself takes a part of a microsecond. */
async function measure({ name, runs, before, run }: MeasureOptions): Promise<MicroResult> {
  const isAsync = run() instanceof Promise
  const batch = isAsync || before ? 1 : 10
  const times: number[] = []
  for (let index = 0; index < runs / batch; index++) {
    before?.()
    const since = process.hrtime.bigint()
    for (let repeat = 0; repeat < batch; repeat++) {
      const result = run()
      if (isAsync) await result
    }
    times.push(Number(process.hrtime.bigint() - since) / 1_000 / batch)
  }
  times.sort((left, right) => left - right)
  const at = (share: number) => Number((times[Math.floor(times.length * share)] ?? 0).toFixed(2))
  return { name, runs, p50Us: at(0.5), p95Us: at(0.95) }
}

function createWebhookReader(telephony: TelephonyCapability) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }))
    .export({ type: 'spki', format: 'der' })
    .subarray(-32)
  const payload = {
    call_control_id: 'v3:abc',
    connection_id: '7267xxxxxxxxxxxxxx',
    direction: 'incoming',
    from: '+13125550100',
    to: '+14155551000',
    offered_codecs: 'PCMU',
    state: 'parked',
  }
  const event = {
    record_type: 'event',
    event_type: 'call.initiated',
    id: '0ccc7b54-4df3-4bca-a65a-3da1ecc777f0',
    occurred_at: new Date().toISOString(),
    payload,
  }
  const rawBody = Buffer.from(JSON.stringify({ data: event, meta: { attempt: 1 } }))
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = sign(null, Buffer.concat([Buffer.from(`${timestamp}|`), rawBody]), privateKey).toString('base64')
  const headers = { 'telnyx-timestamp': timestamp, 'telnyx-signature-ed25519': signature }
  const webhook = { path: '', headers, rawBody, url: 'http://127.0.0.1/webhooks/telnyx/1' }
  const credentials = { apiKey: '', connectionId: '', publicKey: raw.toString('base64') }
  return () => {
    if (!telephony.verifyWebhook(webhook, credentials, Date.now()).ok) throw new Error('The webhook was refused.')
    telephony.parseWebhook(webhook)
  }
}
