'use client'
import { useDocumentInfo } from '@payloadcms/ui'
import { RecordingPlayer } from '../RecordingPlayer/index.tsx'

/** Plays the audio of a media document on its page. */
export const RecordingField = () => {
  const { data } = useDocumentInfo()
  const url: unknown = data?.url
  return typeof url === 'string' ? (
    <div className="field-type recording-field">
      <RecordingPlayer url={url} />
    </div>
  ) : null
}
