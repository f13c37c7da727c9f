'use client'
import { Gutter, SetStepNav, useConfig } from '@payloadcms/ui'
import { useRef } from 'react'
import { CALLS } from '../../../collections/slugs.ts'
import { collectionUrl } from '../../paths.ts'
import { CallFacts } from '../CallFacts/index.tsx'
import { CallHeader } from '../CallHeader/index.tsx'
import type { CallContext } from '../load-call-context.ts'
import { ProblemNotice } from '../ProblemNotice/index.tsx'
import { problemOf } from '../problem-of.ts'
import { ProviderLines } from '../ProviderLines/index.tsx'
import { providerLinesOf } from '../provider-lines.ts'
import { RecordingPlayer } from '../RecordingPlayer/index.tsx'
import { Transcript } from '../Transcript/index.tsx'
import { TurnLatencies } from '../TurnLatencies/index.tsx'
import type { CallDocument } from '../types.ts'
import { useLiveCall } from '../use-live-call.ts'
import { isLive } from '../words.ts'
import './index.css'

type CallPageProps = { initialCall: CallDocument; context: CallContext }

/** All there is to know about a call, and while it is live, what is happening. */
export const CallPage = ({ initialCall, context }: CallPageProps) => {
  const call = useLiveCall({ initial: initialCall, tenant: context.tenant })
  const player = useRef<HTMLAudioElement>(null)
  const { getEntityConfig } = useConfig()
  const listLabel = getEntityConfig({ collectionSlug: CALLS })?.labels?.plural
  const problem = problemOf(call)
  const turns = call.turns ?? []
  const lines = providerLinesOf(call)

  const playFrom = (ms: number) => {
    if (!player.current) return
    player.current.currentTime = ms / 1_000
    // A player that is paused before it began to play refuses this; nothing is lost by it.
    player.current.play().catch(() => undefined)
  }

  return (
    <Gutter className="call-page">
      <SetStepNav
        nav={[
          { label: typeof listLabel === 'string' ? listLabel : 'Calls', url: collectionUrl(CALLS) },
          { label: `${call.from ?? 'Unknown'} → ${call.to ?? 'Unknown'}` },
        ]}
      />
      <CallHeader call={call} context={context} hasProblem={problem !== undefined} />
      {problem && <ProblemNotice problem={problem} />}
      {context.recordingUrl && (
        <section aria-label="Recording" className="call-section">
          <h2>Recording</h2>
          <RecordingPlayer ref={player} transcript={call.transcript ?? []} url={context.recordingUrl} />
        </section>
      )}
      <div className="call-page__columns">
        <section aria-label="Conversation" className="call-section">
          <h2>Conversation</h2>
          <Transcript
            call={call}
            onPlayFrom={context.recordingUrl ? playFrom : undefined}
            wasRefused={problem !== undefined}
          />
        </section>
        <div className="call-page__side">
          {(turns.length > 0 || isLive(call.status)) && (
            <section aria-label="Response times" className="call-section">
              <h2>Response times</h2>
              <TurnLatencies turns={turns} />
            </section>
          )}
          {lines.length > 0 && (
            <section aria-label="Usage and keys" className="call-section">
              <h2>Usage and keys</h2>
              <ProviderLines lines={lines} providerNames={context.providerNames} />
            </section>
          )}
          <section aria-label="Details" className="call-section">
            <h2>Details</h2>
            <CallFacts call={call} providerNames={context.providerNames} />
          </section>
        </div>
      </div>
    </Gutter>
  )
}
