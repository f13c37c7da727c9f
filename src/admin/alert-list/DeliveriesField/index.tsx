'use client'
import { FieldLabel, useDocumentInfo } from '@payloadcms/ui'
import type { JSONFieldClientComponent } from 'payload'
import { LocalTime } from '../../elements/LocalTime.tsx'
import { deliveryLine } from '../words.ts'
import './index.css'

type Delivery = { channel: string; at: string; ok: boolean; status: number | string }

/** Every attempt to send an alert, and what came of it. */
export const DeliveriesField: JSONFieldClientComponent = ({ field, path }) => {
  const { savedDocumentData } = useDocumentInfo()
  const deliveries = (savedDocumentData?.deliveries ?? []) as Delivery[]
  return (
    <div className="field-type">
      <FieldLabel label={field.label} path={path} />
      {deliveries.length === 0 && <p>Nowhere so far: it stands here alone.</p>}
      <ul className="alert-deliveries">
        {deliveries.map((delivery) => (
          <li key={`${delivery.channel} ${delivery.at}`}>
            {deliveryLine(delivery)} <LocalTime value={delivery.at} />
          </li>
        ))}
      </ul>
    </div>
  )
}
