'use client'
import { toast, useRouteTransition } from '@payloadcms/ui'
import { useRouter } from 'next/navigation.js'
import { useRef, useState } from 'react'
import { CALLS } from '../../collections/slugs.ts'
import type { ApiFailure } from '../data/api-result.ts'
import { fieldsOf } from '../data/fields-of.ts'
import { requestApi } from '../data/request-api.ts'
import { collectionUrl } from '../paths.ts'
import { checkDraft } from './check-draft.ts'
import type { DraftProblems } from './check-draft.ts'
import { loadCallFacts } from './load-call-facts.ts'
import type { CallDraft, CallFacts, PlacedCall } from './types.ts'

export type OutboundCallOptions = {
  /** Id of the agent that calls. */
  agent: string | number
  tenant: string
  /** The page holds changes that would be lost with it: it is not left then. */
  isModified: boolean
}

export type OutboundCall = ReturnType<typeof useOutboundCall>

const EMPTY: CallDraft = { to: '', from: '', variables: {}, machineDetection: 'hang-up', voicemailMessage: '' }

/** A call from the panel: what is typed, whether it is under way, and what was refused. */
export function useOutboundCall({ agent, tenant, isModified }: OutboundCallOptions) {
  const router = useRouter()
  const { startRouteTransition } = useRouteTransition()
  const [facts, setFacts] = useState<CallFacts>()
  const [draft, setDraft] = useState(EMPTY)
  const [problems, setProblems] = useState<DraftProblems>({})
  const [failure, setFailure] = useState<ApiFailure>()
  const [placed, setPlaced] = useState<PlacedCall>()
  const [isCalling, setCalling] = useState(false)
  const [isOpen, setOpen] = useState<boolean>()
  const isSeen = useRef(false)
  const newestLoad = useRef(0)

  const show = (shown: boolean) => {
    isSeen.current = shown
    setOpen(shown)
  }

  /** Reads anew what may have changed since: keys, numbers, what is published. */
  const load = async () => {
    newestLoad.current += 1
    const own = newestLoad.current
    const result = await loadCallFacts({ agent, tenant })
    if (own !== newestLoad.current) return
    if (result.ok) setFacts(result.data)
    else setFailure(result)
  }

  const place = async (current: CallFacts) => {
    const checked = checkDraft({ draft, facts: current })
    setProblems(checked.ok ? {} : checked.problems)
    setFailure(undefined)
    if (!checked.ok) return
    setCalling(true)
    const result = await requestApi<{ call: { id: string | number } }>({
      method: 'POST',
      path: '/calls/outbound',
      tenant,
      body: { agent, ...checked.request },
    })
    if (!result.ok) {
      setCalling(false)
      if (!isSeen.current) toast.error(result.message)
      setProblems(fieldsOf(result))
      setFailure(result)
      // The agent was published anew since the dialog was opened.
      if (result.code === 'unknown_variables') await load()
      return
    }
    const { id } = result.data.call
    if (!isModified) {
      startRouteTransition(() => router.push(collectionUrl(CALLS, id)))
      return
    }
    setCalling(false)
    setPlaced({ id, to: checked.request.to })
  }

  return {
    /** Whether the dialog is; undefined until it was for the first time. */
    isOpen,
    /** Undefined while they are read. */
    facts,
    draft,
    problems,
    failure,
    /** The call that is under way while the page has to stay. */
    placed,
    isCalling,
    open() {
      setFacts(undefined)
      setProblems({})
      setFailure(undefined)
      setPlaced(undefined)
      show(true)
      void load()
    },
    /** Closes the dialog. What was typed stays for the next time; a call that was asked for goes on. */
    close: () => show(false),
    change(part: Partial<CallDraft>) {
      setDraft({ ...draft, ...part })
      setProblems({})
      setFailure(undefined)
    },
    place() {
      if (facts && !isCalling) void place(facts)
    },
  }
}
