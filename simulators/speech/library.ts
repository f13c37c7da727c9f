import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { AudioEncoding } from '../../src/provider-kit/audio.ts'
import { transcode } from '../../src/provider-kit/audio.ts'
import { createG711Tables } from './g711-tables.ts'
import type { Reference } from './reference.ts'
import { createReference } from './reference.ts'

/** A recorded utterance. Made by generate.sh; headerless 8 kHz mono mu-law on disk. */
export type Utterance = {
  id: string
  /** What a good recogniser hears, with punctuation; empty for a noise. */
  text: string
  file: string
  durationMs: number
  /** Where the speaker hesitates: the parts on both sides of the inner pause. */
  segments?: readonly { text: string; startMs: number; endMs: number }[]
}

/** The utterances in the form that the recogniser compares with. One is enough for any number of recognisers. */
export type SpeechLibrary = { references: readonly Reference[] }

const pathOf = (file: string): string => fileURLToPath(new URL(`./utterances/${file}`, import.meta.url))

/** Every recorded utterance, without its audio. */
export const listUtterances = (): Utterance[] => JSON.parse(readFileSync(pathOf('index.json'), 'utf8'))

/**
 * The audio of one utterance, headerless 8 kHz G.711.
 * @throws Error where there is no such utterance
 */
export function loadUtterance(id: string, encoding: AudioEncoding): Buffer {
  const utterance = listUtterances().find((candidate) => candidate.id === id)
  if (!utterance) throw new Error(`There is no utterance ${id}.`)
  return Buffer.from(transcode({ audio: readFileSync(pathOf(utterance.file)), from: 'mulaw', to: encoding }))
}

/** What never changes is prepared once: a suite starts simulators by the hundred. */
let prepared: SpeechLibrary | undefined

/** All utterances, prepared: some 40 ms of work and 1.5 MB the first time, the same library afterwards. */
export function createSpeechLibrary(): SpeechLibrary {
  prepared ??= prepareLibrary()
  return prepared
}

function prepareLibrary(): SpeechLibrary {
  const { samples } = createG711Tables('mulaw')
  const references = listUtterances().flatMap((utterance) => {
    const audio = Int16Array.from(readFileSync(pathOf(utterance.file)), (byte) => samples[byte] as number)
    const whole = { text: utterance.text, startMs: 0, endMs: utterance.durationMs }
    const parts = utterance.segments ?? [whole]
    return parts.map((part, index) =>
      createReference({
        utteranceId: utterance.id,
        text: part.text,
        samples: audio.slice(part.startMs * 8, part.endMs * 8),
        isContinued: index < parts.length - 1,
      }),
    )
  })
  return { references }
}
