/** Where the panel's own pages lie. */
export const ADMIN_URL = '/admin'
export const LOGIN_URL = '/admin/login'
export const LOGOUT_URL = '/admin/logout'
export const SIGNUP_URL = '/admin/signup'
export const UNAUTHORIZED_URL = '/admin/unauthorized'
export const API_KEYS_URL = '/admin/settings/api-keys'
export const ALERTS_URL = '/admin/settings/alerts'

/** A collection's list, or one of its pages. */
export const collectionUrl = (slug: string, page?: string | number): string =>
  `/admin/collections/${slug}${page === undefined ? '' : `/${page}`}`

/** A key's own page. */
export const keyUrl = (provider: string): string => `${API_KEYS_URL}/${provider}`
