'use client'
import { useEffect, useId, useRef } from 'react'
import type { ReactNode } from 'react'
import './elements.css'

type DialogProps = {
  isOpen: boolean
  /** Told when the person leaves it: by Escape, or by a click beside it. */
  onClose(): void
  heading: string
  children: ReactNode
}

/** A question before the page. The browser keeps the focus inside, and gives it back when the dialog is closed. */
export const Dialog = ({ isOpen, onClose, heading, children }: DialogProps) => {
  const ref = useRef<HTMLDialogElement>(null)
  const headingId = useId()
  useEffect(() => {
    const dialog = ref.current
    if (isOpen && !dialog?.open) dialog?.showModal()
    if (!isOpen && dialog?.open) dialog.close()
  }, [isOpen])
  return (
    <dialog
      aria-labelledby={headingId}
      className="panel-dialog"
      onClick={(event) => event.target === ref.current && onClose()}
      onClose={onClose}
      onKeyDown={(event) => event.stopPropagation()}
      ref={ref}
    >
      {isOpen && (
        <div className="panel-dialog__content">
          <h2 id={headingId}>{heading}</h2>
          {children}
        </div>
      )}
    </dialog>
  )
}
