'use client'
import { useEffect, useState } from 'react'
import { requestApi } from '../../data/request-api.ts'

/** One voice or model that a provider offers. */
export type Choice = {
  id: string
  name: string
  description?: string
  languages?: readonly string[]
  isCloned?: boolean
}

export type Choices = {
  docs: readonly Choice[]
  /** What an empty field takes; undefined until it is known. */
  default?: string
  /** The provider would list more for a key of the workspace. */
  isKeyMissing?: boolean
  isLoading: boolean
  /** Why there is no list, as a sentence. */
  problem?: string
}

type UseChoicesOptions = {
  /** Provider id; undefined where none is chosen. */
  provider: string | undefined
  capability: 'stt' | 'llm' | 'tts'
  list: 'voices' | 'models'
  tenant: string | undefined
}

const NOTHING: Choices = { docs: [], isLoading: false }

/** Asks the server what the chosen provider offers to the workspace's key; anew when the provider changes. */
export function useChoices({ provider, capability, list, tenant }: UseChoicesOptions): Choices {
  const [choices, setChoices] = useState<Choices>(NOTHING)

  useEffect(() => {
    if (!provider) {
      setChoices(NOTHING)
      return
    }
    let isCurrent = true
    setChoices({ docs: [], isLoading: true })
    const query = list === 'models' ? `?capability=${capability}` : ''
    const path = `/providers/${encodeURIComponent(provider)}/${list}${query}`
    void requestApi<Omit<Choices, 'isLoading'>>({ path, tenant }).then((answer) => {
      if (!isCurrent) return
      setChoices(answer.ok ? { ...answer.data, isLoading: false } : { ...NOTHING, problem: answer.message })
    })
    return () => {
      isCurrent = false
    }
  }, [provider, capability, list, tenant])

  return choices
}
