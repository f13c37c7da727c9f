import { mkdirSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Payload } from 'payload'
import type { DocumentId } from '../access/membership.ts'
import { createCallRecorder } from '../calls/index.ts'
import type { CallRecorder } from '../calls/index.ts'
import { MEDIA } from '../collections/slugs.ts'
import type { AudioEncoding } from '../provider-kit/index.ts'

/** The recording of one call while it lasts. */
export type CallRecording = {
  recorder: CallRecorder
  /** Keeps the closed recording as a media document of the tenant. @returns its id; undefined when it could not be kept */
  save(): Promise<DocumentId | undefined>
}

type OpenOptions = { payload: Payload; tenant: DocumentId; callId: string; encoding: AudioEncoding }

/** Records a call into a file of its own; on `save` the file moves into the media collection. */
export function openCallRecording({ payload, tenant, callId, encoding }: OpenOptions): CallRecording {
  const folder = path.join(tmpdir(), 'patchbay-recordings')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const directory = mkdtempSync(path.join(folder, 'call-'))
  const file = path.join(directory, `call-${callId}.wav`)
  const recorder = createCallRecorder({ path: file, encoding })

  return {
    recorder,
    async save() {
      try {
        const { id } = await payload.create({
          collection: MEDIA,
          overrideAccess: true,
          depth: 0,
          filePath: file,
          data: { tenant, alt: `Recording of call ${callId}` },
        })
        return id
      } catch (error) {
        payload.logger.error({ err: error, callId, msg: 'The recording of a call could not be kept' })
        return undefined
      } finally {
        await rm(directory, { recursive: true, force: true })
      }
    },
  }
}
