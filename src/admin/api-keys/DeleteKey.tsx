'use client'
import { Button, ConfirmationModal, toast, useModal } from '@payloadcms/ui'
import { useState } from 'react'
import { keyInUseOf } from './use-key-actions.ts'
import type { KeyActions, KeyInUse } from './use-key-actions.ts'
import type { ProviderInfo } from './types.ts'

type DeleteKeyProps = { provider: ProviderInfo; actions: KeyActions }

/** Deletes a stored key after a question, and after a second one that names what stops without it. */
export const DeleteKey = ({ provider, actions }: DeleteKeyProps) => {
  const { openModal } = useModal()
  const [inUse, setInUse] = useState<KeyInUse>()
  const slug = `delete-key-${provider.id}`
  const inUseSlug = `${slug}-in-use`

  const remove = async (isConfirmed: boolean) => {
    const result = await actions.remove({ isConfirmed })
    if (result.ok) {
      toast.success(`The ${provider.name} key is deleted.`)
      return
    }
    const stopped = keyInUseOf(result)
    if (!stopped) {
      toast.error(result.message)
      return
    }
    setInUse(stopped)
    openModal(inUseSlug)
  }

  return (
    <>
      <Button
        buttonStyle="transparent"
        className="key-actions__delete"
        disabled={actions.busy !== undefined}
        margin={false}
        onClick={() => openModal(slug)}
      >
        Delete
      </Button>
      <ConfirmationModal
        body="The stored key is destroyed and cannot be brought back. At the provider it stays valid."
        confirmLabel="Delete"
        confirmingLabel="Deleting…"
        heading={`Delete the ${provider.name} key?`}
        modalSlug={slug}
        onConfirm={() => remove(false)}
      />
      <ConfirmationModal
        body={inUse && <WhatStops inUse={inUse} />}
        confirmLabel="Delete all the same"
        confirmingLabel="Deleting…"
        heading={`The ${provider.name} key is in use`}
        modalSlug={inUseSlug}
        onConfirm={() => remove(true)}
      />
    </>
  )
}

const WhatStops = ({ inUse: { agents, services } }: { inUse: KeyInUse }) => (
  <div className="key-in-use">
    <p>Without it these stop:</p>
    <ul>
      {agents.map(({ id, name }) => (
        <li key={id}>Agent “{name}”</li>
      ))}
      {services.map(({ id, name }) => (
        <li key={id}>{name}</li>
      ))}
    </ul>
  </div>
)
