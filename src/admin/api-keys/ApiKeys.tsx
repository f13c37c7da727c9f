'use client'
import { useState } from 'react'
import { requestApi } from '../data/request-api.ts'
import { ProviderCard } from './ProviderCard.tsx'
import { SetupProgress } from './SetupProgress.tsx'
import type { KeyDoc, ProviderInfo, ServiceState } from './types.ts'

type ApiKeysProps = {
  tenant: string
  canChange: boolean
  providers: ProviderInfo[]
  initialKeys: KeyDoc[]
  initialService?: ServiceState
}

/** The cards of every provider, with what the keys are good for above them. */
export const ApiKeys = ({ tenant, canChange, providers, initialKeys, initialService }: ApiKeysProps) => {
  const [keys, setKeys] = useState(initialKeys)
  const [service, setService] = useState(initialService)

  const takeOver = async (provider: string, doc: KeyDoc | undefined) => {
    setKeys((current) => [...current.filter((key) => key.provider !== provider), ...(doc ? [doc] : [])])
    if (!service) return
    const result = await requestApi<ServiceState>({ path: `/services/${service.id}`, tenant })
    if (result.ok) setService(result.data)
  }

  return (
    <>
      {service && <SetupProgress providers={providers} service={service} />}
      {providers.length === 0 && <p>No provider is installed. Add one under plugins/ and start the server again.</p>}
      <div className="provider-cards">
        {providers.map((provider) => (
          <ProviderCard
            canChange={canChange}
            doc={keys.find((key) => key.provider === provider.id)}
            key={provider.id}
            onChange={(doc) => void takeOver(provider.id, doc)}
            provider={provider}
            tenant={tenant}
          />
        ))}
      </div>
    </>
  )
}
