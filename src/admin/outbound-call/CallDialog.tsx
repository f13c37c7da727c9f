'use client'
import { Button } from '@payloadcms/ui'
import type { ReactNode } from 'react'
import { CALLS } from '../../collections/slugs.ts'
import { Dialog } from '../elements/Dialog.tsx'
import { collectionUrl } from '../paths.ts'
import { CallForm } from './CallForm.tsx'
import { CallRefusal } from './CallRefusal.tsx'
import { NoNumber } from './NoNumber.tsx'
import type { PlacedCall } from './types.ts'
import type { OutboundCall } from './use-outbound-call.ts'
import './outbound-call.css'

type CallDialogProps = {
  call: OutboundCall
  /** The page shows changes that no call knows yet. */
  hasChanges: boolean
}

/** Asks whom the agent shall call, and tells what became of it. */
export const CallDialog = ({ call, hasChanges }: CallDialogProps) => (
  <Dialog heading="Call a number" isOpen={call.isOpen ?? false} onClose={call.close}>
    <Content call={call} hasChanges={hasChanges} />
  </Dialog>
)

const Content = ({ call, hasChanges }: CallDialogProps) => {
  const { facts, failure, placed, close: onClose } = call
  if (placed) return <OnItsWay onClose={onClose} placed={placed} />
  if (facts && facts.numbers.length > 0) {
    return <CallForm call={call} facts={facts} hasChanges={hasChanges} />
  }
  return (
    <Closable onClose={onClose}>
      <div role="alert">
        {facts && <NoNumber carriers={facts.carriersWithoutKey} onLeave={onClose} />}
        {failure && !facts && <CallRefusal failure={failure} onLeave={onClose} />}
      </div>
      {!facts && !failure && <p role="status">Looking for your numbers…</p>}
    </Closable>
  )
}

/** What is shown where the page must not be left for the call's own. */
const OnItsWay = ({ placed: { id, to }, onClose }: { placed: PlacedCall; onClose(): void }) => (
  <>
    <p role="status">
      Calling {to}. This page stays open, because it holds changes that are not saved: follow the call in another tab.
    </p>
    <div className="panel-dialog__actions">
      <Button el="anchor" margin={false} newTab url={collectionUrl(CALLS, id)}>
        Follow the call
      </Button>
      <Button buttonStyle="secondary" margin={false} onClick={onClose}>
        Close
      </Button>
    </div>
  </>
)

const Closable = ({ children, onClose }: { children: ReactNode; onClose(): void }) => (
  <>
    {children}
    <div className="panel-dialog__actions">
      <Button buttonStyle="secondary" margin={false} onClick={onClose}>
        Close
      </Button>
    </div>
  </>
)
