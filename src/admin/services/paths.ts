import { API_KEYS_URL } from '../paths.ts'

/** A service's own page. */
export const serviceUrl = (id: string): string => `/admin/services/${id}`

/** A provider's card among the API keys. */
export const keyCardUrl = (provider: string): string => `${API_KEYS_URL}#${provider}`
