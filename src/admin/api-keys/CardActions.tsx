'use client'
import { Button } from '@payloadcms/ui'
import { DeleteKey } from './DeleteKey.tsx'
import { TestCosts } from './TestCosts.tsx'
import type { Need } from './need-of.ts'
import type { KeyCard } from './use-key-card.ts'
import type { KeyDoc, ProviderInfo } from './types.ts'

type CardActionsProps = { card: KeyCard; provider: ProviderInfo; doc?: KeyDoc; need: Need }

/** What an owner does about a key. What is most likely wanted stands first and is filled. */
export const CardActions = ({ card, provider, doc, need }: CardActionsProps) => {
  const { actions, edit, testStored, finishDeletion } = card
  const isBusy = actions.busy !== undefined
  if (!doc) {
    return (
      <Button
        aria-label={`Add key for ${provider.name}`}
        buttonStyle={need.level === 'optional' ? 'secondary' : 'primary'}
        className="key-actions__edit"
        margin={false}
        onClick={edit}
        size="medium"
      >
        Add key
      </Button>
    )
  }
  const mustReplace = doc.status === 'rejected' || doc.status === 'undecryptable'
  return (
    <div className="key-actions">
      {doc.status !== 'undecryptable' && (
        <Button buttonStyle="secondary" disabled={isBusy} margin={false} onClick={testStored} size="medium">
          {actions.busy === 'test' ? 'Testing…' : 'Test'}
        </Button>
      )}
      <Button
        buttonStyle={mustReplace ? 'primary' : 'secondary'}
        className="key-actions__edit"
        disabled={isBusy}
        margin={false}
        onClick={edit}
        size="medium"
      >
        {doc.status === 'undecryptable' ? 'Enter again' : 'Replace'}
      </Button>
      <DeleteKey actions={actions} onDeleted={finishDeletion} provider={provider} />
      <TestCosts provider={provider} />
    </div>
  )
}
