/** What the server tells the page: written into it, so that nothing has to be asked before the first paint. */
export interface Config {
  issuer: string
  clientId: string
  audience: string
  isDevelopment: boolean
}

const DEVELOPMENT: Config = {
  issuer: `${location.origin}/identity`,
  clientId: 'portal',
  audience: 'interline',
  isDevelopment: true,
}

/** Read what stands in the page. */
export function readConfig(): Config {
  const told = document.querySelector<HTMLMetaElement>('meta[name=interline]')?.content
  // Under Vite's own server nobody fills the place.
  return told?.startsWith('{') ? (JSON.parse(told) as Config) : DEVELOPMENT
}
