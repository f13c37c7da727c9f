'use client'
import type { ReactNode } from 'react'
import { LocalTime } from '../../elements/LocalTime.tsx'
import type { CallDocument } from '../types.ts'
import './index.css'

/** What a call that no carrier knew has in the place of the carrier's id. */
const NO_CARRIER_ID = 'none-'

/** The ids and moments that a support case asks for. */
export const CallFacts = ({ call, providerNames }: { call: CallDocument; providerNames: Record<string, string> }) => {
  const { answeredAt, endedAt, publicId, carrierCallId, agentVersion, provider } = call
  const isKnownToCarrier = carrierCallId && !carrierCallId.startsWith(NO_CARRIER_ID)
  return (
    <dl className="call-facts">
      {answeredAt && (
        <Fact name="Answered">
          <LocalTime isExact value={answeredAt} />
        </Fact>
      )}
      {endedAt && (
        <Fact name="Ended">
          <LocalTime isExact value={endedAt} />
        </Fact>
      )}
      {agentVersion && (
        <Fact name="Agent version">
          <code>{agentVersion}</code>
        </Fact>
      )}
      {publicId && (
        <Fact name="Call id">
          <code>{publicId}</code>
        </Fact>
      )}
      {isKnownToCarrier && (
        <Fact name={`${providerNames[provider] ?? provider} call id`}>
          <code>{carrierCallId}</code>
        </Fact>
      )}
    </dl>
  )
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)
