'use client'
import type { Ref } from 'react'
import { toCaptions } from '../to-captions.ts'
import type { TranscriptEntry } from '../types.ts'
import './index.css'

type RecordingPlayerProps = {
  /** Served to members of the workspace alone. */
  url: string
  transcript?: readonly TranscriptEntry[]
  ref?: Ref<HTMLAudioElement>
}

/** Plays a recording: the caller on the left channel, the agent on the right. */
export const RecordingPlayer = ({ url, transcript = [], ref }: RecordingPlayerProps) => (
  <div className="recording-player">
    <audio className="recording-player__audio" controls preload="metadata" ref={ref} src={url}>
      <track kind="captions" label="Transcript" src={toCaptions(transcript)} />
    </audio>
    <a className="recording-player__download" download href={url}>
      Download
    </a>
  </div>
)
