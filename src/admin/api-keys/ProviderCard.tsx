'use client'
import { Button, Pill, toast } from '@payloadcms/ui'
import { useState } from 'react'
import { DeleteKey } from './DeleteKey.tsx'
import { KeyDetails } from './KeyDetails.tsx'
import { KeyForm } from './KeyForm.tsx'
import { StatusPill } from './StatusPill.tsx'
import { useKeyActions } from './use-key-actions.ts'
import { Verdict } from './Verdict.tsx'
import { STATUS_WORDS, nameOf } from './words.ts'
import type { KeyCheck, KeyDoc, ProviderInfo } from './types.ts'

type ProviderCardProps = {
  provider: ProviderInfo
  doc?: KeyDoc
  tenant: string
  /** Whether the person tests and changes keys: owners do, editors only see how they are. */
  canChange: boolean
  onChange(doc: KeyDoc | undefined): void
}

/** One provider: what it is for, how its key is, and what can be done about it. */
export const ProviderCard = ({ provider, doc, tenant, canChange, onChange }: ProviderCardProps) => {
  const [isEditing, setEditing] = useState(false)
  const [lastTest, setLastTest] = useState<KeyCheck>()
  const actions = useKeyActions({ provider: provider.id, tenant, hasKey: doc !== undefined, onChange })
  const heading = `provider-${provider.id}`

  const testStored = async () => {
    setLastTest(undefined)
    const result = await actions.testStored()
    if (!result.ok) {
      toast.error(result.message)
      return
    }
    setLastTest(result.data.check)
    toast.info(`${provider.name} was asked: ${STATUS_WORDS[result.data.check.status].label.toLowerCase()}.`)
  }

  const finish = ({ status }: KeyCheck) => {
    setEditing(false)
    setLastTest(undefined)
    toast.success(`The ${provider.name} key is saved: ${STATUS_WORDS[status].label.toLowerCase()}.`)
  }

  return (
    <section aria-labelledby={heading} className="provider-card" data-provider={provider.id}>
      <header className="provider-card__header">
        <h2 className="provider-card__name" id={heading}>
          {provider.name}
        </h2>
        <StatusPill status={doc?.status ?? 'none'} />
      </header>
      <p className="provider-card__description">{provider.description}</p>
      <div className="provider-card__meta">
        {provider.kinds.map((kind) => (
          <Pill key={kind} pillStyle="light-gray" size="small">
            {nameOf(kind)}
          </Pill>
        ))}
        <ExternalLink href={provider.keyUrl}>Get a key</ExternalLink>
        <ExternalLink href={provider.docsUrl}>Documentation</ExternalLink>
      </div>
      {provider.sunset && <p className="key-verdict key-verdict--warning">{provider.sunset.message}</p>}
      {doc && <Verdict providerName={provider.name} verdict={lastTest ?? doc} />}
      {doc && <KeyDetails doc={doc} />}
      {canChange && isEditing && (
        <KeyForm
          actions={actions}
          isReplacement={doc !== undefined}
          onCancel={() => setEditing(false)}
          onSaved={finish}
          provider={provider}
        />
      )}
      {canChange && !isEditing && (
        <div className="key-actions">
          {doc ? (
            <>
              <Button buttonStyle="secondary" disabled={actions.busy !== undefined} margin={false} onClick={testStored}>
                {actions.busy === 'test' ? 'Testing…' : 'Test'}
              </Button>
              <Button buttonStyle="secondary" margin={false} onClick={() => setEditing(true)}>
                Replace
              </Button>
              <DeleteKey actions={actions} provider={provider} />
            </>
          ) : (
            <Button margin={false} onClick={() => setEditing(true)}>
              Add key
            </Button>
          )}
        </div>
      )}
    </section>
  )
}

const ExternalLink = ({ href, children }: { href: string; children: string }) => (
  <a className="provider-card__link" href={href} rel="noreferrer" target="_blank">
    {children} <span aria-hidden="true">↗</span>
  </a>
)
