'use client'
import { Link } from '@payloadcms/ui'
import type { ReactNode } from 'react'
import { AGENTS } from '../../../collections/slugs.ts'
import { LocalTime } from '../../elements/LocalTime.tsx'
import { collectionUrl } from '../../paths.ts'
import { CallStatusPill } from '../CallStatusPill/index.tsx'
import { HangUpButton } from '../HangUpButton/index.tsx'
import type { CallContext } from '../load-call-context.ts'
import type { CallDocument } from '../types.ts'
import { useDuration } from '../use-duration.ts'
import { ANSWERER_WORDS, isLive, sentenceOf } from '../words.ts'
import './index.css'

type CallHeaderProps = {
  call: CallDocument
  context: CallContext
  /** A notice says how the call ended. */
  hasProblem: boolean
}

/** Who called whom, when, for how long, and how it went. */
export const CallHeader = ({ call, context, hasProblem }: CallHeaderProps) => {
  const duration = useDuration(call)
  const { answeredBy, status } = call
  return (
    <header className="call-header">
      <div className="call-header__top">
        <h1 className="call-header__title">
          <span>{call.from ?? 'Unknown'}</span> <span className="call-header__arrow">→</span>{' '}
          <span>{call.to ?? 'Unknown'}</span>
        </h1>
        <CallStatusPill status={status} />
        {context.canHangUp && isLive(status) && <HangUpButton id={call.id} tenant={context.tenant} />}
      </div>
      {!hasProblem && <p className="call-header__sentence">{sentenceOf(call)}</p>}
      <dl className="call-header__facts">
        <Fact name="Agent">
          {call.agent ? (
            <Link href={collectionUrl(AGENTS, call.agent)} prefetch={false}>
              {call.agentName ?? 'Agent'}
            </Link>
          ) : (
            (call.agentName ?? 'None')
          )}
        </Fact>
        <Fact name="Started">{call.startedAt ? <LocalTime value={call.startedAt} /> : '–'}</Fact>
        <Fact name="Duration">{duration ?? '–'}</Fact>
        <Fact name="Direction">{call.direction === 'outbound' ? 'Outbound' : 'Inbound'}</Fact>
        {answeredBy && <Fact name="Answered by">{ANSWERER_WORDS[answeredBy]}</Fact>}
        <Fact name="Carrier">{context.providerNames[call.provider] ?? call.provider}</Fact>
      </dl>
    </header>
  )
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)
