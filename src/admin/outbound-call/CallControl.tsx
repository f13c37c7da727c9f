'use client'
import { Button, toast, useDocumentInfo, useFormModified } from '@payloadcms/ui'
import { useId } from 'react'
import { createPortal } from 'react-dom'
import { CallDialog } from './CallDialog.tsx'
import { useOutboundCall } from './use-outbound-call.ts'
import './outbound-call.css'

type CallControlProps = { agent: string | number; tenant: string; isPublished: boolean }

const LABEL = 'Call a number'
const WHY_NOT = 'Publish the agent first: calls use what is published.'

/** The button that opens the dialog of a call. Where the agent is not published it says so to whoever tries it. */
export const CallControl = ({ agent, tenant, isPublished }: CallControlProps) => {
  const isModified = useFormModified()
  const { unpublishedVersionCount } = useDocumentInfo()
  const call = useOutboundCall({ agent, tenant, isModified })
  const reasonId = useId()

  return (
    <>
      <Button
        buttonStyle="secondary"
        className={`call-number ${isPublished ? '' : 'btn--disabled'}`}
        // A button that is disabled for the browser cannot be reached by keyboard, nor say why. The tooltip lies in it.
        extraButtonProps={
          isPublished ? {} : { 'aria-disabled': true, 'aria-describedby': reasonId, 'aria-label': LABEL }
        }
        margin={false}
        onClick={isPublished ? call.open : () => toast.info(WHY_NOT)}
        size="medium"
        tooltip={isPublished ? undefined : WHY_NOT}
        type="button"
      >
        {LABEL}
      </Button>
      {!isPublished && (
        <span className="visually-hidden" id={reasonId}>
          {WHY_NOT}
        </span>
      )}
      {call.isOpen !== undefined &&
        // Out of the agent's form: forms do not nest.
        createPortal(<CallDialog call={call} hasChanges={isModified || unpublishedVersionCount > 0} />, document.body)}
    </>
  )
}
