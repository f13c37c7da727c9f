'use client'
import { toast } from '@payloadcms/ui'
import { useEffect, useRef, useState } from 'react'
import { useKeyActions } from './use-key-actions.ts'
import { STATUS_WORDS } from './words.ts'
import type { KeyCheck, KeyDoc, ProviderInfo } from './types.ts'

type KeyCardOptions = {
  provider: ProviderInfo
  doc?: KeyDoc
  tenant: string
  onChange(doc: KeyDoc | undefined): void
  say(sentence: string): void
}

export type KeyCard = ReturnType<typeof useKeyCard>

/** What happens on a card: its form comes and goes, the focus with it, and verdicts are shown and said. */
export function useKeyCard({ provider, doc, tenant, onChange, say }: KeyCardOptions) {
  const [isEditing, setEditing] = useState(false)
  const [lastCheck, setLastCheck] = useState<KeyCheck>()
  const actions = useKeyActions({ provider: provider.id, tenant, hasKey: doc !== undefined, onChange })
  const ref = useRef<HTMLElement>(null)
  const wasEditing = useRef(false)

  // The form takes the focus when it opens; when it goes, the button that opens it gets it back.
  useEffect(() => {
    if (wasEditing.current && !isEditing) {
      const button = ref.current?.querySelector<HTMLElement>('.key-actions__edit')
      if (button) button.focus()
      else ref.current?.focus()
    }
    wasEditing.current = isEditing
  }, [isEditing])

  return {
    ref,
    actions,
    isEditing,
    /** The verdict that was asked for on this page, fresher than what the key's own lines say. */
    lastCheck,
    edit: () => setEditing(true),
    close: () => setEditing(false),
    /** Reads what is stored, where somebody else changed it meanwhile. */
    async reload() {
      setEditing(false)
      await actions.reload()
    },
    finish(check: KeyCheck) {
      setEditing(false)
      setLastCheck(check)
      const sentence = `The ${provider.name} key is saved: ${STATUS_WORDS[check.status].label.toLowerCase()}.`
      say(`${sentence} ${check.message}`)
      toast.success(sentence)
    },
    finishDeletion() {
      setLastCheck(undefined)
      say(`The ${provider.name} key is deleted.`)
      toast.success(`The ${provider.name} key is deleted.`)
      ref.current?.focus()
    },
    async testStored() {
      setLastCheck(undefined)
      say(`Testing the ${provider.name} key.`)
      const result = await actions.testStored()
      if (!result.ok) {
        say(result.message)
        toast.error(result.message)
        return
      }
      const { check } = result.data
      setLastCheck(check)
      const asked = provider.checksFormOnly ? `The form of the ${provider.name} key` : `${provider.name} was asked`
      const sentence = `${asked}: ${STATUS_WORDS[check.status].label.toLowerCase()}.`
      say(`${sentence} ${check.message}`)
      toast.info(sentence)
    },
  }
}
