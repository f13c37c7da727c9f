'use client'
import { toClock } from '../format.ts'
import { splitHeard } from '../split-heard.ts'
import { toTimeline } from '../to-timeline.ts'
import { tellTool } from '../tool-line.ts'
import type { CallDocument, ToolCallEntry, TranscriptEntry } from '../types.ts'
import { isLive } from '../words.ts'
import './index.css'

type TranscriptProps = {
  call: CallDocument
  /** Something kept the conversation from taking place; the page says what. */
  wasRefused: boolean
  /** Plays the recording from a moment of the call, in ms; absent without a recording. */
  onPlayFrom?(ms: number): void
}

/** What was said, as a conversation: the person on the phone on the left, the agent on the right. */
export const Transcript = ({ call, wasRefused, onPlayFrom }: TranscriptProps) => {
  const entries = call.transcript ?? []
  if (entries.length === 0) return <p className="call-section__empty">{whyEmpty(call, wasRefused)}</p>
  const isCut = entries.some(({ interrupted }) => interrupted)
  return (
    <>
      <ol className="call-transcript">
        {toTimeline(entries, call.toolCalls ?? []).map((moment) =>
          moment.kind === 'said' ? (
            <Said
              entry={moment.entry}
              isOutbound={call.direction === 'outbound'}
              key={`${moment.entry.speaker}-${moment.entry.startMs}`}
              onPlayFrom={onPlayFrom}
            />
          ) : (
            <Used key={`${moment.tool.name}-${moment.tool.startMs}`} tool={moment.tool} />
          ),
        )}
      </ol>
      {isCut && (
        <p className="call-transcript__legend">
          <del>Struck through</del>: what the agent had set out to say when it was interrupted, and nobody heard.
        </p>
      )}
    </>
  )
}

type SaidProps = { entry: TranscriptEntry; isOutbound: boolean; onPlayFrom?(ms: number): void }

const Said = ({ entry, isOutbound, onPlayFrom }: SaidProps) => {
  const { speaker, interrupted, startMs } = entry
  const { heard, unheard } = splitHeard(entry)
  const time = toClock(startMs / 1_000)
  return (
    <li className={`call-said call-said--${speaker}`}>
      <p className="call-said__by">
        <span>{speaker === 'agent' ? 'Agent' : isOutbound ? 'Person called' : 'Caller'}</span>
        {onPlayFrom ? (
          <button
            aria-label={`Play from ${time}`}
            className="call-said__time"
            onClick={() => onPlayFrom(startMs)}
            type="button"
          >
            {time}
          </button>
        ) : (
          <span className="call-said__time">{time}</span>
        )}
        {interrupted && <span className="call-said__note">interrupted</span>}
      </p>
      <p className="call-said__text">
        {heard}
        {unheard !== '' && (interrupted ? <del>{unheard}</del> : <span className="call-said__coming">{unheard}</span>)}
      </p>
    </li>
  )
}

/** A tool that the agent used between the words. */
const Used = ({ tool }: { tool: ToolCallEntry }) => (
  <li className="call-used" data-outcome={tool.outcome} data-tool={tool.name}>
    <span className="call-said__time">{toClock(tool.startMs / 1_000)}</span> {tellTool(tool)}
  </li>
)

function whyEmpty({ status, answeredAt }: CallDocument, wasRefused: boolean): string {
  if (isLive(status))
    return answeredAt ? 'Nobody has said anything yet.' : 'The conversation begins when somebody answers.'
  if (!answeredAt) {
    return wasRefused
      ? 'There was no conversation: the call was refused before it was answered. What to do about it is said above.'
      : 'There was no conversation: the call was never answered.'
  }
  return 'Nothing was said.'
}
