/** What people may see of a key: at most its first 10 characters, never more than a quarter of it, then `…`. */
export const maskSecret = (secret: string): string => `${secret.slice(0, Math.min(10, Math.floor(secret.length / 4)))}…`
