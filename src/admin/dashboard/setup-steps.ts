import { AGENTS, PHONE_NUMBERS } from '../../collections/slugs.ts'
import type { Workspace } from '../data/workspace.ts'
import { API_KEYS_URL, collectionUrl } from '../paths.ts'
import type { SetupState } from './load-dashboard.ts'

/** One step on the way to the first call. */
export type SetupStep = {
  id: 'keys' | 'agent' | 'number' | 'webhook'
  title: string
  text: string
  isDone: boolean
  /** Left out where the person's role cannot do it. */
  action?: { label: string; url: string }
}

/** The four steps to the first call, with links for those who may go them. */
export function createSetupSteps({ setup, role }: { setup: SetupState; role: Workspace['role'] }): SetupStep[] {
  const isOwner = role === 'owner'
  const canBuild = isOwner || role === 'editor'
  const { service, hasPublishedAgent, numberId, isWebhookSet } = setup
  const missing = (service?.missing.length ?? 0) + (service?.blocked.length ?? 0)
  return [
    {
      id: 'keys',
      title: 'Add your API keys',
      text:
        missing > 0
          ? `Calls need speech to text, a language model, a voice and a carrier: ${missing} to go.`
          : 'Speech to text, a language model, a voice and a carrier are ready.',
      isDone: service?.ready ?? false,
      ...(canBuild && { action: { label: isOwner ? 'Add keys' : 'See keys', url: API_KEYS_URL } }),
    },
    {
      id: 'agent',
      title: 'Publish an agent',
      text: 'Write its prompt and its greeting, then publish. Calls use what is published.',
      isDone: hasPublishedAgent,
      ...(canBuild && { action: { label: 'New agent', url: collectionUrl(AGENTS, 'create') } }),
    },
    {
      id: 'number',
      title: 'Attach a phone number',
      text: 'Enter a number that you own at your carrier, and choose the agent that answers it.',
      isDone: numberId !== undefined,
      ...(isOwner && { action: { label: 'Add number', url: collectionUrl(PHONE_NUMBERS, 'create') } }),
    },
    {
      id: 'webhook',
      title: 'Tell your carrier the webhook URL',
      text: 'Copy the URL from the page of the number and paste it at the carrier. Then call the number.',
      isDone: isWebhookSet,
      ...(isOwner &&
        numberId !== undefined && { action: { label: 'Copy URL', url: collectionUrl(PHONE_NUMBERS, numberId) } }),
    },
  ]
}
