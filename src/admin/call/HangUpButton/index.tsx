'use client'
import { Button, toast } from '@payloadcms/ui'
import { useState } from 'react'
import { requestApi } from '../../data/request-api.ts'
import './index.css'

/** Ends a live call; the page takes note of it when it reads the record again. */
export const HangUpButton = ({ id, tenant }: { id: number | string; tenant?: string }) => {
  const [isEnding, setIsEnding] = useState(false)

  const hangUp = async () => {
    setIsEnding(true)
    const result = await requestApi({ method: 'POST', path: `/calls/${id}/hangup`, tenant })
    if (result.ok) return
    setIsEnding(false)
    toast.error(result.message)
  }

  return (
    <div className="hang-up">
      <Button
        buttonStyle="primary"
        className="hang-up__button"
        disabled={isEnding}
        margin={false}
        onClick={hangUp}
        size="medium"
      >
        {isEnding ? 'Hanging up…' : 'Hang up'}
      </Button>
    </div>
  )
}
