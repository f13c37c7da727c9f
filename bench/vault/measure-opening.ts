import { createDecipheriv, randomBytes } from 'node:crypto'
import type { Payload } from 'payload'
import { compositionOf } from '../../src/composition.ts'
import type { SeededKey } from '../../src/testing/vault-rig.ts'
import { resolveForUse } from '../../src/vault/index.ts'
import { seal } from '../../src/vault/aes-gcm.ts'
import { percentile } from '../percentile.ts'

/** Time of one run, in ms. */
export type OpeningResult = {
  name: string
  runs: number
  p50Ms: number
  p99Ms: number
  /** Without the runs in which the machine gave the processor to somebody else: the product's own. */
  ownP99Ms: number
  /** The share of those runs. */
  interrupted: number
}

const RUNS = 10_000
const WARM_UP = 1_000

type Client = { execute(statement: { sql: string; args: unknown[] }): Promise<unknown> }

/**
 * Measures what opening a key takes, beside the least that it could take: one row by its primary key, and one
 * authenticated decryption. All of them take turns, so that what else the machine does falls on each alike.
 */
export async function measureOpening({ payload, keys }: { payload: Payload; keys: readonly SeededKey[] }) {
  const { vault } = compositionOf(payload)
  const { client } = payload.db as unknown as { client: Client }
  const decrypt = createBareDecryption()
  const of = (run: number) => keys[run % keys.length] ?? { tenant: 0, provider: '', apiKey: '' }
  const open = (run: number) => resolveForUse({ payload, ...of(run), purpose: 'webhook' })
  const subjects: Subject[] = [
    { name: 'open a key, data key warm', run: open },
    { name: 'open a key, data key cold', before: (run) => vault.forgetTenant(String(of(run).tenant)), run: open },
    {
      name: 'bare: one row by its primary key',
      run: (run) =>
        client.execute({ sql: 'SELECT * FROM vault_secrets WHERE id = ?', args: [1 + (run % keys.length)] }),
    },
    { name: 'bare: one AES-256-GCM decryption', run: decrypt },
  ]
  // A sample of the keys is opened again and again: the warm ones must be warm.
  for (let run = 0; run < WARM_UP; run++) for (const subject of subjects) await subject.run(run)
  const samples = subjects.map(() => [] as Sample[])
  for (let run = 0; run < RUNS; run++) {
    for (const [index, { before, run: act }] of subjects.entries()) {
      await open(run)
      before?.(run)
      samples[index]?.push(await sample(() => act(run)))
    }
  }
  return subjects.map(({ name }, index) => summarise(name, samples[index] ?? []))
}

type Subject = { name: string; before?(run: number): void; run(run: number): unknown }
type Sample = { ms: number; wasInterrupted: boolean }

async function sample(act: () => unknown): Promise<Sample> {
  const switches = process.resourceUsage().involuntaryContextSwitches
  const since = performance.now()
  await act()
  const ms = performance.now() - since
  return { ms, wasInterrupted: process.resourceUsage().involuntaryContextSwitches !== switches }
}

function summarise(name: string, samples: readonly Sample[]): OpeningResult {
  const own = samples.filter(({ wasInterrupted }) => !wasInterrupted)
  const at = (share: number, of: readonly Sample[]) =>
    Number(
      (
        percentile(
          of.map(({ ms }) => ms),
          share,
        ) ?? 0
      ).toFixed(3),
    )
  return {
    name,
    runs: samples.length,
    p50Ms: at(0.5, samples),
    p99Ms: at(0.99, samples),
    ownP99Ms: at(0.99, own),
    interrupted: Number((1 - own.length / samples.length).toFixed(4)),
  }
}

function createBareDecryption() {
  const [key, context] = [randomBytes(32), Buffer.from('context')]
  const sealed = seal({ key, plaintext: Buffer.from(JSON.stringify({ apiKey: 'k'.repeat(48) })), context })
  return () => {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 })
      .setAAD(context)
      .setAuthTag(sealed.subarray(-16))
    Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
  }
}
